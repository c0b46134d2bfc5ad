import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { HASHES_EACH, packed, search, startOf } from '../../src/staydown/web/static/js/puzzle.js';

/**
 * @type {{ hashes_each: number,
 *   vectors: { challenge: string, sha256: string, numbers: number[], work: string }[] }}
 */
const given = JSON.parse(
  readFileSync(new URL('../vectors/work/vectors.json', import.meta.url), 'utf8'),
);

test('a part takes as many hashes as Python says', () => {
  assert.equal(HASHES_EACH, given.hashes_each);
});

for (const { challenge, sha256, numbers, work } of given.vectors) {
  test(`a puzzle of ${challenge.length} characters has Python's solution`, () => {
    const start = startOf(challenge);
    const hex = Array.from(start, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    assert.equal(hex, sha256);
    const found = numbers.map((_, part) => search(start, part, 0) ?? -1);
    assert.deepEqual(found, numbers);
    assert.equal(packed(found), work);
  });
}

test('a search goes on where it ended', () => {
  const { challenge, numbers } = given.vectors.at(-1) ?? assert.fail();
  const start = startOf(challenge);
  const number = numbers[0] ?? assert.fail();
  assert.equal(search(start, 0, 0, number), undefined);
  assert.equal(search(start, 0, number, 1), number);
  assert.equal(search(start, 0, 0, number + 1), number);
});
