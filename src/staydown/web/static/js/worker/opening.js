/**
 * A file opened as it is, or what is there of it, or why not.
 *
 * @module
 */

import { MOST_PIXELS } from '../outcome.js';
import { decode } from './canvas.js';
import { greyOf } from './grey.js';
import { mend } from './mend.js';

/** @typedef {import('../outcome.js').Refusal} Refusal */
/** @typedef {import('../sniff.js').Format} Format */
/** @typedef {import('./grey.js').Grey} Grey */

/**
 * What is missing of a sound picture.
 *
 * @type {Grey}
 */
export const NOTHING = { side: 'bottom', full: 0, partly: 0, from: 0, to: 0, share: 1 };

/**
 * @param {Format} format
 * @param {Blob} file
 * @returns {Promise<{ bitmap: ImageBitmap, missing: Grey, damaged: boolean } | undefined>}
 */
export async function open(format, file) {
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
    const { share } = mended;
    const missing = share === undefined ? greyOf(bitmap) : { ...NOTHING, share };
    return { bitmap, missing, damaged: true };
  } catch {
    return undefined;
  }
}

/**
 * @param {Format} format of a file that can't be opened
 * @param {number} pixels that it claims
 * @returns {Refusal}
 */
export function whyNot(format, pixels) {
  if (pixels > MOST_PIXELS) return 'too-many-pixels';
  if (format === 'heic') return 'heic';
  return format === 'unknown' || format === 'tiff' ? 'not-a-picture' : 'damaged';
}
