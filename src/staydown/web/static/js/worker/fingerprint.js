/**
 * One file to one outcome, in limits.
 *
 * @module
 */

import {
  LISTING_QUALITY,
  LISTING_SHARE,
  MOST_BYTES,
  MOST_FRAMES,
  MOST_JPEG_PIXELS,
  MOST_PIXELS,
  SAME_BITS,
} from '../outcome.js';
import { lumaOf } from '../pdq-luma.js';
import { PdqStream } from '../pdq.js';
import { HEAD_BYTES, claimedPixels, mayBendColours, mayMove, sniff } from '../sniff.js';
import { canvas, decodeAsShown, readPart } from './canvas.js';
import { filling } from './filling.js';
import { canReadFrames, framesOf, smallOf } from './frames.js';
import { pixelsAreTrue } from './guard.js';
import { NOTHING, open, whyNot } from './opening.js';

/** @typedef {import('../outcome.js').Frame} Frame */
/** @typedef {import('../outcome.js').Outcome} Outcome */
/** @typedef {import('../sniff.js').Format} Format */
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
    const first = pdqOf(bitmap, progress, missing);
    if (damaged && first.quality >= LISTING_QUALITY) return { state: 'ready', ...first, damaged };
    if (mayMove(format, head)) return await animated(file, format, first, progress);
    if (first.quality < LISTING_QUALITY) return { state: 'too-plain' };
    const also = mayBendColours(format, head) ? await asShown(file, first) : undefined;
    return { state: 'ready', ...first, ...(also === undefined ? {} : { also }) };
  } finally {
    bitmap.close();
  }
}

/**
 * @param {Blob} file
 * @param {Format} format
 * @param {Pdq} first of the first frame
 * @param {(share: number) => void} progress
 * @returns {Promise<Outcome>}
 */
async function animated(file, format, first, progress) {
  const seen = canReadFrames()
    ? await distinctFrames(file, format, progress)
    : { frames: [], whole: false };
  const [one] = seen.frames;
  if (one !== undefined && seen.frames.length > 1) {
    return { state: 'ready', hex: one.hex, quality: one.quality, frames: seen.frames };
  }
  for (const frame of seen.frames) frame.picture.close();
  const only = seen.whole ? {} : { firstOnly: true };
  if (one !== undefined) return { state: 'ready', hex: one.hex, quality: one.quality, ...only };
  if (first.quality < LISTING_QUALITY) return { state: 'too-plain' };
  return { state: 'ready', ...first, ...only };
}

/**
 * The frames that differ and tell enough, all of them chosen; `whole` says whether none behind
 * them was missed because the file breaks off.
 *
 * @param {Blob} file
 * @param {Format} format
 * @param {(share: number) => void} progress
 * @returns {Promise<{ frames: Frame[], whole: boolean }>}
 */
async function distinctFrames(file, format, progress) {
  /** @type {Frame[]} */
  const found = [];
  let whole = true;
  try {
    for await (const { number, bitmap, share } of framesOf(file, format)) {
      const { hex, quality } = pdqOf(bitmap, () => {});
      progress(share);
      if (quality < LISTING_QUALITY) continue;
      if (found.some((frame) => distance(frame.hex, hex) <= SAME_BITS)) continue;
      found.push({ number, hex, quality, picture: await smallOf(bitmap), chosen: true });
      if (found.length === MOST_FRAMES) break;
    }
  } catch {
    whole = false;
  }
  return { frames: found, whole };
}

/**
 * @param {Blob} file
 * @param {Pdq} stored of the colours as stored
 * @returns {Promise<Pdq | undefined>} of the colours as shown, where that is another picture
 */
async function asShown(file, stored) {
  const bitmap = await decodeAsShown(file);
  try {
    const shown = pdqOf(bitmap, () => {});
    const other = distance(stored.hex, shown.hex) > SAME_BITS;
    return other && shown.quality >= LISTING_QUALITY ? shown : undefined;
  } finally {
    bitmap.close();
  }
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} how many bits differ
 */
function distance(one, other) {
  let bits = 0;
  for (let at = 0; at < one.length; at++) {
    let apart = parseInt(one[at] ?? '0', 16) ^ parseInt(other[at] ?? '0', 16);
    for (; apart > 0; apart >>= 1) bits += apart & 1;
  }
  return bits;
}

/**
 * @param {ImageBitmap} bitmap
 * @param {(share: number) => void} progress
 * @param {import('./grey.js').Grey} missing what repeats the nearest that is there
 * @returns {Pdq}
 */
function pdqOf(bitmap, progress, missing = NOTHING) {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.floor(PART_PIXELS / width)));
  const context = canvas(Math.min(width, PART_WIDTH), rows);
  const stream = new PdqStream(width, height);
  const fill = filling(missing, width, height, (row) => lumaOfRows(context, bitmap, row, 1));
  for (let y = 0; y < height; y += rows) {
    const luma = lumaOfRows(context, bitmap, y, Math.min(rows, height - y));
    fill(luma, y);
    stream.addRows(luma);
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
