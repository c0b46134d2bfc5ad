/**
 * The frames of an animation, where this browser can read them one by one.
 *
 * @module
 */

import { MOST_PIXELS } from '../outcome.js';

/** @typedef {import('../sniff.js').Format} Format */

/** Frames that are looked at; of more, so many from the first to the last. */
const MOST_LOOKED_AT = 120;

/** Pixels on the longer side of the small picture that a frame is known by. */
const SMALL_SIDE = 160;

/**
 * Yield the frames with their numbers from 1. The bitmap is closed when the next one is asked for.
 *
 * @param {Blob} file
 * @param {Format} format
 * @returns {AsyncGenerator<{ number: number, bitmap: ImageBitmap, share: number }>}
 */
export async function* framesOf(file, format) {
  const data = await file.arrayBuffer();
  const decoder = new ImageDecoder({ data, type: `image/${format}`, colorSpaceConversion: 'none' });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
    let left = MOST_PIXELS;
    for (const place of places(count)) {
      const { image } = await decoder.decode({ frameIndex: place });
      const bitmap = await createImageBitmap(image, { premultiplyAlpha: 'none' });
      image.close();
      try {
        left -= bitmap.width * bitmap.height;
        if (left < 0) return;
        yield { number: place + 1, bitmap, share: (place + 1) / count };
      } finally {
        bitmap.close();
      }
    }
  } finally {
    decoder.close();
  }
}

/**
 * @param {ImageBitmap} bitmap
 * @returns {Promise<ImageBitmap>} a small copy, for the page
 */
export function smallOf(bitmap) {
  const scale = Math.min(1, SMALL_SIDE / Math.max(bitmap.width, bitmap.height));
  return createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round(bitmap.width * scale)),
    resizeHeight: Math.max(1, Math.round(bitmap.height * scale)),
  });
}

/** @returns {boolean} whether this browser can read frames at all */
export function canReadFrames() {
  return typeof ImageDecoder !== 'undefined';
}

/**
 * @param {number} count
 * @returns {number[]}
 */
function places(count) {
  if (count <= MOST_LOOKED_AT) return Array.from({ length: count }, (_, place) => place);
  const step = (count - 1) / (MOST_LOOKED_AT - 1);
  return Array.from({ length: MOST_LOOKED_AT }, (_, place) => Math.round(place * step));
}
