/**
 * What the chosen pictures amount to: a line for each, what would be sent, and whether the person
 * can go on. Values in, values out.
 *
 * @module
 */

import { CLEAR_QUALITY } from './outcome.js';

/** @typedef {import('./outcome.js').Outcome} Outcome */
/** @typedef {import('./outcome.js').Ready} Ready */
/** @typedef {import('./outcome.js').Refusal} Refusal */

/**
 * The key of a text of the page.
 *
 * @typedef {Refusal | 'waiting' | 'ready-good' | 'ready-fair' | 'ready-damaged'
 *   | 'same-picture' | 'first-frame' | 'frames' | 'no-frame'} LineKey
 */

/**
 * @typedef {object} Choice
 * @property {LineKey[]} lines one for each picture, in order
 * @property {{ kind: 'pdq', value: string, quality: number }[]} fingerprints what would be sent
 * @property {boolean} working whether a picture still waits for its outcome
 * @property {boolean} canContinue
 */

/**
 * @param {readonly (Outcome | undefined)[]} outcomes undefined where none is there yet
 * @returns {Choice}
 */
export function choiceOf(outcomes) {
  /** @type {Map<string, number>} */
  const found = new Map();
  const lines = outcomes.map((outcome) => {
    if (outcome?.state !== 'ready') return lineOf(outcome);
    const sent = sentOf(outcome);
    if (sent.length > 0 && sent.every(({ hex }) => found.has(hex))) return 'same-picture';
    for (const { hex, quality } of sent) found.set(hex, quality);
    return lineOf(outcome);
  });
  const working = outcomes.includes(undefined);
  const fingerprints = Array.from(found, ([value, quality]) => {
    return { kind: /** @type {const} */ ('pdq'), value, quality };
  });
  return { lines, fingerprints, working, canContinue: !working && fingerprints.length > 0 };
}

/**
 * What would be sent of one picture: of an animation, the frames that are chosen.
 *
 * @param {Ready} ready
 * @returns {{ hex: string, quality: number }[]}
 */
export function sentOf(ready) {
  const frames = ready.frames?.filter((frame) => frame.chosen) ?? [ready];
  return ready.also === undefined ? frames : [...frames, ready.also];
}

/**
 * @param {Outcome | undefined} outcome
 * @returns {LineKey}
 */
function lineOf(outcome) {
  if (outcome === undefined) return 'waiting';
  if (outcome.state !== 'ready') return outcome.state;
  if (outcome.frames !== undefined) return sentOf(outcome).length > 0 ? 'frames' : 'no-frame';
  if (outcome.firstOnly) return 'first-frame';
  if (outcome.damaged) return 'ready-damaged';
  return outcome.quality >= CLEAR_QUALITY ? 'ready-good' : 'ready-fair';
}
