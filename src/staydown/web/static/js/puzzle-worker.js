/**
 * The worker that solves a puzzle while the page stays usable. It stores and sends nothing.
 *
 * @module
 */

import { search, startOf } from './puzzle.js';

addEventListener('message', (/** @type {MessageEvent<import('./puzzle.js').Task>} */ event) => {
  const { challenge, part, parts } = event.data;
  const start = startOf(challenge);
  for (let next = part; next < parts; next++) postMessage(search(start, next, 0));
});
