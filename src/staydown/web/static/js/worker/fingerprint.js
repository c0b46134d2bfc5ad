/**
 * One file to one outcome, in limits.
 *
 * @module
 */

import {
  LISTING_QUALITY,
  LISTING_SHARE,
  MOST_BYTES,
  MOST_JPEG_PIXELS,
  MOST_PIXELS,
} from '../outcome.js';
import { lumaOf } from '../pdq-luma.js';
import { PdqStream } from '../pdq.js';
import { HEAD_BYTES, claimedPixels, sniff } from '../sniff.js';
import { canvas, decode, readPart } from './canvas.js';
import { greyOf } from './grey.js';
import { pixelsAreTrue } from './guard.js';
import { mend } from './mend.js';

/** @typedef {import('../outcome.js').Outcome} Outcome */
/** @typedef {import('../pdq.js').Pdq} Pdq */
/** @typedef {import('../sniff.js').Format} Format */
/** @typedef {import('./grey.js').Grey} Grey */

/** @type {Grey} */
const NOTHING = { side: 'bottom', lines: 0, share: 1 };

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
  const most = format === 'jpeg' ? MOST_JPEG_PIXELS : MOST_PIXELS;
  const claimed = claimedPixels(format, head) ?? 0;
  if (claimed > most) return { state: 'too-many-pixels' };
  if (!(await pixelsAreTrue())) return { state: 'guarded-browser' };
  const opened = await open(format, file);
  if (opened === undefined) return { state: whyNot(format, claimed) };
  const { bitmap, missing, damaged } = opened;
  try {
    if (bitmap.width * bitmap.height > most) return { state: 'too-many-pixels' };
    if (missing.share < LISTING_SHARE) return { state: 'damaged' };
    const { hex, quality } = pdqOf(bitmap, missing, progress);
    if (quality < LISTING_QUALITY) return { state: 'too-plain' };
    return damaged ? { state: 'ready', hex, quality, damaged } : { state: 'ready', hex, quality };
  } finally {
    bitmap.close();
  }
}

/**
 * Open a file as it is, or what is there of it.
 *
 * @param {Format} format
 * @param {Blob} file
 * @returns {Promise<{ bitmap: ImageBitmap, missing: Grey, damaged: boolean } | undefined>}
 */
async function open(format, file) {
  try {
    return { bitmap: await decode(file), missing: NOTHING, damaged: false };
  } catch {
    // Some browsers open HEIC, so it is tried first.
  }
  try {
    const mended = await mend(format, file);
    if (mended === undefined) return undefined;
    const bitmap = await decode(mended.file);
    // A PNG's missing rows are filled already.
    const missing =
      mended.share === undefined ? greyOf(bitmap) : { ...NOTHING, share: mended.share };
    return { bitmap, missing, damaged: true };
  } catch {
    return undefined;
  }
}

/**
 * @param {Format} format of a file that can't be opened
 * @param {number} pixels that it claims
 * @returns {import('../outcome.js').Refusal}
 */
function whyNot(format, pixels) {
  if (pixels > MOST_PIXELS) return 'too-many-pixels';
  if (format === 'heic') return 'heic';
  return format === 'unknown' || format === 'tiff' ? 'not-a-picture' : 'damaged';
}

/**
 * @param {ImageBitmap} bitmap
 * @param {Grey} missing
 * @param {(share: number) => void} progress
 * @returns {Pdq}
 */
function pdqOf(bitmap, missing, progress) {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.floor(PART_PIXELS / width)));
  const context = canvas(Math.min(width, PART_WIDTH), rows);
  const stream = new PdqStream(width, height);
  const first = missing.side === 'top' ? missing.lines : 0;
  const end = missing.side === 'bottom' ? height - missing.lines : height;
  if (first > 0) repeat(stream, lumaOfRows(context, bitmap, first, 1), first);
  for (let y = first; y < end; y += rows) {
    const luma = lumaOfRows(context, bitmap, y, Math.min(rows, end - y));
    fillSides(luma, width, missing);
    stream.addRows(luma);
    progress(Math.min(1, (y + rows) / height));
  }
  if (end < height) repeat(stream, lumaOfRows(context, bitmap, end - 1, 1), height - end);
  return stream.finish();
}

/**
 * @param {PdqStream} stream
 * @param {Float32Array} row
 * @param {number} times
 */
function repeat(stream, row, times) {
  for (let k = 0; k < times; k++) stream.addRows(row);
}

/**
 * Let columns that aren't there repeat the nearest one.
 *
 * @param {Float32Array} luma rows, changed in place
 * @param {number} width
 * @param {Grey} missing
 */
function fillSides(luma, width, { side, lines }) {
  if (lines === 0 || (side !== 'left' && side !== 'right')) return;
  for (let start = 0; start < luma.length; start += width) {
    if (side === 'left') luma.fill(luma[start + lines] ?? 0, start, start + lines);
    else luma.fill(luma[start + width - lines - 1] ?? 0, start + width - lines, start + width);
  }
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
