/**
 * One file to one outcome, in limits.
 *
 * @module
 */

import { LISTING_QUALITY, MOST_BYTES, MOST_PIXELS } from '../outcome.js';
import { lumaOf } from '../pdq-luma.js';
import { PdqStream } from '../pdq.js';
import { HEAD_BYTES, claimedPixels, sniff } from '../sniff.js';
import { canvas, decode, readPart } from './canvas.js';
import { pixelsAreTrue } from './guard.js';

/** @typedef {import('../outcome.js').Outcome} Outcome */
/** @typedef {import('../pdq.js').Pdq} Pdq */

/** Pixels that are read at once: 4 MB, whatever the size of the picture. */
const PART_PIXELS = 1024 * 1024;
/** A canvas may not be as wide as a picture may. */
const PART_WIDTH = 8192;

/**
 * @param {Blob} file
 * @param {(share: number) => void} progress told how much is done, 0 to 1
 * @returns {Promise<Outcome>}
 */
export async function fingerprint(file, progress) {
  if (file.size > MOST_BYTES) return { state: 'too-large' };
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const format = sniff(head);
  if (format === 'video') return { state: 'video' };
  if ((claimedPixels(format, head) ?? 0) > MOST_PIXELS) return { state: 'too-large' };
  if (!(await pixelsAreTrue())) return { state: 'guarded-browser' };
  let bitmap;
  try {
    bitmap = await decode(file);
  } catch {
    // Some browsers open HEIC, so it is tried first.
    return { state: format === 'heic' ? 'heic' : 'not-a-picture' };
  }
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS) return { state: 'too-large' };
    const { hex, quality } = pdqOf(bitmap, progress);
    return quality < LISTING_QUALITY ? { state: 'too-plain' } : { state: 'ready', hex, quality };
  } finally {
    bitmap.close();
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @param {(share: number) => void} progress
 * @returns {Pdq}
 */
function pdqOf(bitmap, progress) {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.floor(PART_PIXELS / width)));
  const context = canvas(Math.min(width, PART_WIDTH), rows);
  const stream = new PdqStream(width, height);
  for (let y = 0; y < height; y += rows) {
    stream.addRows(lumaOfRows(context, bitmap, y, Math.min(rows, height - y)));
    progress(Math.min(1, (y + rows) / height));
  }
  return stream.finish();
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {ImageBitmap} bitmap
 * @param {number} y
 * @param {number} rows
 * @returns {Float32Array}
 */
function lumaOfRows(context, bitmap, y, rows) {
  const luma = new Float32Array(bitmap.width * rows);
  for (let x = 0; x < bitmap.width; x += PART_WIDTH) {
    const width = Math.min(PART_WIDTH, bitmap.width - x);
    const pixels = readPart(context, bitmap, x, y, width, rows);
    for (let row = 0; row < rows; row++) {
      const start = row * bitmap.width + x;
      const values = pixels.subarray(row * width * 4, (row + 1) * width * 4);
      lumaOf(values, 4, luma.subarray(start, start + width));
    }
  }
  return luma;
}
