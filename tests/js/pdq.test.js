import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { PdqStream, pdq } from '../../src/staydown/web/static/js/pdq.js';
import { readPng } from './png.js';

const folder = new URL('../vectors/pdq/', import.meta.url);

/** @type {{ name: string, file: string, kind: string, pdq: string, quality: number }[]} */
const vectors = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8'));

/**
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  let differing = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let bits = 0;
  for (; differing > 0n; differing >>= 1n) bits += Number(differing & 1n);
  return bits;
}

for (const vector of vectors.filter(({ kind }) => kind === 'pixels')) {
  test(`the pixels of ${vector.name} give Python's fingerprint`, () => {
    const { pixels, width, height, channels } = readPng(new URL(vector.file, folder));
    const { hex, quality } = pdq(pixels, width, height, channels);
    assert.equal(distance(hex, vector.pdq), 0);
    assert.equal(quality, vector.quality);
  });
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} channels
 */
function noise(width, height, channels) {
  let state = 88172645;
  return Uint8Array.from({ length: width * height * channels }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

test('rows may come in parts of any size', () => {
  const luma = Float32Array.from(noise(300, 200, 1));
  const whole = new PdqStream(300, 200);
  whole.addRows(luma);
  const expected = whole.finish();
  for (const rows of [1, 7, 64, 199]) {
    const parts = new PdqStream(300, 200);
    for (let row = 0; row < 200; row += rows) {
      parts.addRows(luma.subarray(row * 300, Math.min(200, row + rows) * 300));
    }
    assert.deepEqual(parts.finish(), expected);
  }
});

test('transparent pixels count as they look on white', () => {
  const rgba = noise(90, 70, 4);
  const rgb = new Uint8Array(90 * 70 * 3);
  for (let k = 0; k < 90 * 70; k++) {
    const alpha = rgba[k * 4 + 3] ?? 0;
    for (let c = 0; c < 3; c++) {
      rgb[k * 3 + c] = Math.round(((rgba[k * 4 + c] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  assert.deepEqual(pdq(rgba, 90, 70, 4), pdq(rgb, 90, 70, 3));
});

test('a picture of fewer than 5 rows or columns has no bits and quality 0', () => {
  for (const [width, height] of /** @type {const} */ ([[4, 200], [200, 4], [1, 1]])) {
    const result = pdq(noise(width, height, 3), width, height, 3);
    assert.deepEqual(result, { hex: '0'.repeat(64), quality: 0 });
  }
});

test('numbers that do not fit are refused', () => {
  assert.throws(() => pdq(new Uint8Array(10), 2, 2, 3), RangeError);
  assert.throws(() => new PdqStream(0, 5), RangeError);
  assert.throws(() => new PdqStream(5, 5).addRows(new Float32Array(30)), RangeError);
  assert.throws(() => new PdqStream(5, 5).addRows(new Float32Array(7)), RangeError);
  assert.throws(() => new PdqStream(5, 5).finish(), RangeError);
});
