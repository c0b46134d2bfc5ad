/**
 * Does this browser hand back the pixels it was given?
 *
 * Tor Browser and Firefox's fingerprinting protection answer with noise or plain white and raise
 * no error; a fingerprint made of that looks good (quality up to 100) and matches nothing, ever.
 * So a known picture goes the way of every picture, and any difference stops the flow. Such
 * browsers leave a picture of one colour alone, and some only touch large ones: hence several
 * sizes, full of colours.
 *
 * @module
 */

import { canvas, decode, readPart } from './canvas.js';

/** The last one is about as large as a part of a photograph that is read at once. */
const SIZES = /** @type {const} */ ([
  [16, 16],
  [300, 150],
  [640, 480],
]);

/**
 * @typedef {object} Known
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray<ArrayBuffer>} pixels opaque RGBA
 * @property {Blob} file the same as a picture file
 */

/** @type {Known[] | undefined} */
let knownPictures;

/**
 * @returns {Promise<boolean>} whether known pictures came back byte for byte
 */
export async function pixelsAreTrue() {
  knownPictures ??= SIZES.map(([width, height]) => {
    const pixels = colourful(width, height);
    return { width, height, pixels, file: bmp(pixels, width, height) };
  });
  for (const known of knownPictures) {
    if (!(await comesBack(known))) return false;
  }
  return true;
}

/**
 * @param {Known} known
 * @returns {Promise<boolean>}
 */
async function comesBack({ width, height, pixels, file }) {
  const context = canvas(width, height);
  context.putImageData(new ImageData(pixels, width, height), 0, 0);
  if (!same(pixels, context.getImageData(0, 0, width, height).data)) return false;
  let bitmap;
  try {
    bitmap = await decode(file);
  } catch {
    return false;
  }
  const whole = bitmap.width === width && bitmap.height === height;
  const isSame = whole && same(pixels, readPart(context, bitmap, 0, 0, width, height));
  bitmap.close();
  return isSame;
}

/**
 * Smooth on the left half, as photographs are, and wild on the right.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray<ArrayBuffer>} opaque RGBA
 */
function colourful(width, height) {
  const pixels = new Uint8ClampedArray(width * height * 4);
  let noise = 2463534242;
  for (let k = 0; k < width * height; k++) {
    const x = k % width;
    const y = Math.floor(k / width);
    // Marsaglia's xorshift: the same numbers on every machine.
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    const smooth = x * 2 < width;
    pixels[k * 4] = smooth ? (x * 510) / width : noise & 255;
    pixels[k * 4 + 1] = smooth ? (y * 255) / height : (noise >>> 8) & 255;
    pixels[k * 4 + 2] = smooth ? 255 - (x * 510) / width : (noise >>> 16) & 255;
    pixels[k * 4 + 3] = 255;
  }
  return pixels;
}

/**
 * Pack pixels as an uncompressed BMP file, the one format that is written in a few lines and that
 * every browser opens, so that decoding is put to the test as well.
 *
 * @param {Uint8ClampedArray} pixels opaque RGBA
 * @param {number} width a multiple of 4, so that rows need no padding
 * @param {number} height
 * @returns {Blob}
 */
function bmp(pixels, width, height) {
  const header = new DataView(new ArrayBuffer(54));
  const body = new Uint8Array(width * height * 3);
  header.setUint16(0, 0x424d); // "BM"
  header.setUint32(2, 54 + body.length, true);
  header.setUint32(10, 54, true);
  header.setUint32(14, 40, true);
  header.setInt32(18, width, true);
  header.setInt32(22, -height, true); // negative: rows from the top
  header.setUint16(26, 1, true);
  header.setUint16(28, 24, true);
  for (let k = 0; k < width * height; k++) {
    body[k * 3] = pixels[k * 4 + 2] ?? 0;
    body[k * 3 + 1] = pixels[k * 4 + 1] ?? 0;
    body[k * 3 + 2] = pixels[k * 4] ?? 0;
  }
  return new Blob([header, body], { type: 'image/bmp' });
}

/**
 * @param {Uint8ClampedArray} one
 * @param {Uint8ClampedArray} other
 */
function same(one, other) {
  if (one.length !== other.length) return false;
  for (let k = 0; k < one.length; k++) if (one[k] !== other[k]) return false;
  return true;
}
