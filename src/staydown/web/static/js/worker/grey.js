/**
 * What a JPEG's decoder left grey, because it isn't in the file.
 *
 * It is the end of the picture as it is stored. Turned upright, that may be any side of it.
 *
 * @module
 */

import { lumaOf } from '../pdq-luma.js';
import { canvas, readPart } from './canvas.js';

/** @typedef {'top' | 'bottom' | 'left' | 'right'} Side */

/**
 * Lines are rows from the top or bottom, columns from the left or right.
 *
 * @typedef {object} Grey
 * @property {Side} side
 * @property {number} full lines from that side of which nothing is there
 * @property {number} partly lines after them of which a part isn't there
 * @property {number} from where that part begins
 * @property {number} to where it ends
 * @property {number} share of the picture, 0 to 1, that is there
 */

/** Lines that are looked at at once. */
const LINES = 64;
const SIDES = /** @type {const} */ (['bottom', 'top', 'right', 'left']);

/**
 * @param {ImageBitmap} bitmap
 * @returns {Grey}
 */
export function greyOf(bitmap) {
  const [first, ...others] = SIDES.map((side) => greyAt(bitmap, side));
  let found = /** @type {Grey} */ (first);
  for (const grey of others) {
    // A part of one row of blocks lies at two sides. It is longer than it is wide.
    const thinner = grey.full + grey.partly < found.full + found.partly;
    if (grey.share < found.share || (grey.share === found.share && thinner)) found = grey;
  }
  return found;
}

/**
 * @param {ImageBitmap} bitmap
 * @param {Side} side
 * @returns {Grey}
 */
function greyAt(bitmap, side) {
  const flat = side === 'top' || side === 'bottom';
  const [across, along] = flat ? [bitmap.width, bitmap.height] : [bitmap.height, bitmap.width];
  const grey = { side, full: 0, partly: 0, from: 0, to: across, share: 1 };
  let missing = 0;
  for (let first = 0; first < along; first += LINES) {
    const some = isGrey(bitmap, side, first, Math.min(LINES, along - first));
    for (let start = 0; start < some.length; start += across) {
      const line = some.subarray(start, start + across);
      if (grey.partly === 0) Object.assign(grey, partOf(line));
      if (line.subarray(grey.from, grey.to).includes(0) || grey.from === grey.to) {
        return { ...grey, share: 1 - missing / (across * along) };
      }
      missing += grey.to - grey.from;
      if (grey.to - grey.from === across) grey.full += 1;
      else grey.partly += 1;
    }
  }
  return { ...grey, share: 0 };
}

/**
 * @param {Uint8Array} line
 * @returns {{ from: number, to: number }} what is grey at the end of the line, or at its beginning
 */
function partOf(line) {
  const first = line.indexOf(0);
  if (first < 0) return { from: 0, to: line.length };
  const last = line.lastIndexOf(0);
  return first > line.length - 1 - last
    ? { from: 0, to: first }
    : { from: last + 1, to: line.length };
}

/**
 * Whether each pixel of some lines is grey, line after line from the side inward.
 *
 * @param {ImageBitmap} bitmap
 * @param {Side} side
 * @param {number} first line, counted from the side
 * @param {number} count
 */
function isGrey(bitmap, side, first, count) {
  const flat = side === 'top' || side === 'bottom';
  const far = side === 'bottom' || side === 'right';
  const along = flat ? bitmap.height : bitmap.width;
  const start = far ? along - first - count : first;
  const [width, height] = flat ? [bitmap.width, count] : [count, bitmap.height];
  const [x, y] = flat ? [0, start] : [start, 0];
  const luma = new Float32Array(width * height);
  lumaOf(readPart(canvas(width, height), bitmap, x, y, width, height), 4, luma);
  const across = flat ? width : height;
  const grey = new Uint8Array(width * height);
  for (let line = 0; line < count; line++) {
    const stored = far ? count - 1 - line : line;
    for (let k = 0; k < across; k++) {
      const value = luma[flat ? stored * width + k : k * width + stored] ?? 0;
      grey[line * across + k] = Math.abs(value - 128) < 1.5 ? 1 : 0;
    }
  }
  return grey;
}
