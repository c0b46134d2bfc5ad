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
 * @typedef {object} Grey
 * @property {Side} side
 * @property {number} lines rows or columns from that side that aren't there, or only in part
 * @property {number} share of the picture, 0 to 1, that is there
 */

/** Lines that are looked at at once. */
const LINES = 64;
/** A part of a line that is grey to its end is taken for missing from this many pixels. */
const LEAST_RUN = 8;

const SIDES = /** @type {const} */ (['bottom', 'top', 'right', 'left']);

/**
 * @param {ImageBitmap} bitmap
 * @returns {Grey}
 */
export function greyOf(bitmap) {
  let found = { side: /** @type {Side} */ ('bottom'), lines: 0, share: 1 };
  for (const side of SIDES) {
    const grey = greyAt(bitmap, side);
    if (grey.share < found.share) found = { side, ...grey };
  }
  return found;
}

/**
 * @param {ImageBitmap} bitmap
 * @param {Side} side
 */
function greyAt(bitmap, side) {
  const flat = side === 'top' || side === 'bottom';
  const [across, along] = flat ? [bitmap.width, bitmap.height] : [bitmap.height, bitmap.width];
  let lines = 0;
  let missing = 0;
  while (lines < along) {
    const grey = isGrey(bitmap, side, lines, Math.min(LINES, along - lines));
    const count = grey.length / across;
    for (let line = 0; line < count; line++) {
      const run = runOf(grey.subarray(line * across, (line + 1) * across));
      if (run === 0) return { lines, share: 1 - missing / along };
      missing += run / across;
      lines += 1;
    }
  }
  return { lines, share: 0 };
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

/**
 * @param {Uint8Array} line
 * @returns {number} pixels that are grey up to one end of the line, 0 for a few by chance
 */
function runOf(line) {
  const first = line.indexOf(0);
  if (first < 0) return line.length;
  const run = Math.max(first, line.length - 1 - line.lastIndexOf(0));
  return run < LEAST_RUN ? 0 : run;
}
