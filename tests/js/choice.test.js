import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choiceOf } from '../../src/staydown/web/static/js/choice.js';

const A = /** @type {const} */ ({ state: 'ready', hex: 'a'.repeat(64), quality: 100 });
const B = /** @type {const} */ ({ state: 'ready', hex: 'b'.repeat(64), quality: 60 });

test('with no picture there is no going on', () => {
  assert.deepEqual(choiceOf([]), { lines: [], fingerprints: [], working: false, canContinue: false });
});

test('a picture without an outcome holds everything back', () => {
  const { working, canContinue, lines } = choiceOf([A, undefined]);
  assert.deepEqual({ working, canContinue, lines }, {
    working: true, canContinue: false, lines: ['ready-good', 'waiting'],
  });
});

test('quality is put into words', () => {
  assert.deepEqual(choiceOf([A, B]).lines, ['ready-good', 'ready-fair']);
});

test('the same picture is sent once', () => {
  const { lines, fingerprints } = choiceOf([A, B, A]);
  assert.deepEqual(lines, ['ready-good', 'ready-fair', 'same-picture']);
  assert.deepEqual(fingerprints, [
    { kind: 'pdq', value: A.hex, quality: 100 },
    { kind: 'pdq', value: B.hex, quality: 60 },
  ]);
});

test('refused pictures neither count nor hold back the others', () => {
  assert.equal(choiceOf([{ state: 'heic' }]).canContinue, false);
  assert.equal(choiceOf([{ state: 'heic' }, A]).canContinue, true);
  assert.deepEqual(choiceOf([{ state: 'heic' }, A]).lines, ['heic', 'ready-good']);
});

const picture = /** @type {ImageBitmap} */ ({});
const FRAMES = /** @type {const} */ ({
  ...A,
  frames: [
    { number: 1, hex: A.hex, quality: 100, picture, chosen: true },
    { number: 4, hex: B.hex, quality: 60, picture, chosen: true },
  ],
});

/** @param {boolean[]} chosen */
const withFrames = (...chosen) => ({
  ...FRAMES,
  frames: FRAMES.frames.map((frame, at) => ({ ...frame, chosen: chosen[at] ?? false })),
});

test('of an animation the chosen frames are sent', () => {
  assert.deepEqual(choiceOf([withFrames(true, true)]).lines, ['frames']);
  const { fingerprints } = choiceOf([withFrames(false, true)]);
  assert.deepEqual(fingerprints.map(({ value }) => value), [B.hex]);
  const none = choiceOf([withFrames(false, false)]);
  assert.deepEqual(none, { lines: ['no-frame'], fingerprints: [], working: false, canContinue: false });
});

test('an animation is the same as another picture only where all that is chosen of it is', () => {
  assert.deepEqual(choiceOf([A, withFrames(true, false)]).lines, ['ready-good', 'same-picture']);
  assert.deepEqual(choiceOf([A, withFrames(true, true)]).lines, ['ready-good', 'frames']);
});

test('a picture of two colours is sent as both, and a browser that reads one frame says so', () => {
  const both = { ...A, also: { hex: B.hex, quality: 60 } };
  assert.equal(choiceOf([both]).fingerprints.length, 2);
  assert.deepEqual(choiceOf([{ ...A, firstOnly: true }]).lines, ['first-frame']);
});
