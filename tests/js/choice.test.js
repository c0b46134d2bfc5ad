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
