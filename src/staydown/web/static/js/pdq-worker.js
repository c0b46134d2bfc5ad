/**
 * The worker beside the pictures page: a file in, an outcome out. It stores and sends nothing.
 *
 * @module
 */

import { NoCanvas } from './worker/canvas.js';
import { fingerprint } from './worker/fingerprint.js';

/** @typedef {import('./outcome.js').Outcome} Outcome */
/** @typedef {import('./outcome.js').WorkerMessage} WorkerMessage */

addEventListener('message', async (/** @type {MessageEvent<Blob>} */ event) => {
  say({ kind: 'outcome', outcome: await outcomeOf(event.data) });
});
say({ kind: 'hello' });

/**
 * @param {Blob} file
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(file) {
  try {
    return await fingerprint(file, (share) => say({ kind: 'progress', share }));
  } catch (error) {
    return { state: error instanceof NoCanvas ? 'unsupported' : 'failed' };
  }
}

/** @param {WorkerMessage} message */
function say(message) {
  postMessage(message);
}
