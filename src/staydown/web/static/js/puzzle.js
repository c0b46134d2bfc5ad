/**
 * Work in place of waiting: puzzles that take a browser seconds to solve, and a bank no time to
 * check. The same as `exchange/puzzle.py`, which says what a puzzle is; `tests/vectors/work/` holds
 * the two together.
 *
 * SHA-256 is written out here: the browser's own answers each text in a later turn of the event
 * loop, which takes many times as long as the hash of so short a text.
 *
 * @module
 */

import { at } from './typed-array.js';

/**
 * What a worker is asked: the parts of the puzzle `challenge` from `part` on, before `parts`.
 *
 * @typedef {{ challenge: string, part: number, parts: number }} Task
 */

/** Numbers that are tried for one part, on average. */
export const HASHES_EACH = 32_000;

const BOUND = Math.floor(2 ** 32 / HASHES_EACH);

/** FIPS 180-4, 4.2.2. */
// prettier-ignore
const K = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
  0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
  0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
  0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

/** FIPS 180-4, 5.3.3. */
// prettier-ignore
const FIRST = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
  0x1f83d9ab, 0x5be0cd19,
);

/** Where a part's block has the part, the number, the end of the text, and its length in bits. */
const PART = 8;
const NUMBER = 9;
const END = 10;
const LENGTH = 15;

const w = new Int32Array(64);

/** Fill in the words of the block that follow from its first sixteen. */
function schedule() {
  for (let t = 16; t < 64; t++) {
    const a = at(w, t - 15);
    const b = at(w, t - 2);
    const small0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const small1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[t] = (at(w, t - 16) + small0 + at(w, t - 7) + small1) | 0;
  }
}

/**
 * The rounds `from` to `to` of SHA-256 over the block in `w`.
 *
 * @param {Int32Array} state eight words, changed in place
 * @param {number} from
 * @param {number} to
 */
function turn(state, from, to) {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = from; t < to; t++) {
    const large1 =
      ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + large1 + (g ^ (e & (f ^ g))) + at(K, t) + at(w, t)) | 0;
    const large0 =
      ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (large0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  state[4] = e;
  state[5] = f;
  state[6] = g;
  state[7] = h;
}

/**
 * @param {string} challenge
 * @returns {Int32Array} the eight words of its SHA-256, with which the block of each part begins
 */
export function startOf(challenge) {
  const text = new TextEncoder().encode(challenge);
  const bytes = new Uint8Array(Math.ceil((text.length + 9) / 64) * 64);
  bytes.set(text);
  bytes[text.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, text.length * 8);
  const sum = Int32Array.from(FIRST);
  for (let block = 0; block < bytes.length; block += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(block + 4 * t);
    schedule();
    const state = Int32Array.from(sum);
    turn(state, 0, 64);
    for (let k = 0; k < 8; k++) sum[k] = at(sum, k) + at(state, k);
  }
  return sum;
}

/**
 * Look for the number that solves a part.
 *
 * @param {Int32Array} start of the challenge
 * @param {number} part from 0
 * @param {number} from the first number that is tried
 * @param {number} [tries] how many are tried
 * @returns {number | undefined} the first that solves it; undefined where none of them does
 */
export function search(start, part, from, tries = 2 ** 32 - from) {
  w.set(start);
  w[PART] = part;
  w.fill(0, END, LENGTH);
  w[END] = 0x80000000;
  w[LENGTH] = 32 * END;
  // The rounds before the number's own are the same for every number.
  const before = Int32Array.from(FIRST);
  turn(before, 0, NUMBER);
  const state = new Int32Array(8);
  for (let number = from; number < from + tries; number++) {
    w[NUMBER] = number;
    schedule();
    state.set(before);
    turn(state, NUMBER, 64);
    if ((at(state, 0) + at(FIRST, 0)) >>> 0 < BOUND) return number;
  }
  return undefined;
}

/**
 * @param {readonly number[]} numbers those of the parts, in order
 * @returns {string} as they travel: four bytes each, in base64url
 */
export function packed(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, part) => view.setUint32(4 * part, number));
  const text = Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte));
  return btoa(text.join('')).replaceAll('+', '-').replaceAll('/', '_');
}
