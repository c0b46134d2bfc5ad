/**
 * The one way in which pixels are read here, by the guard and for pictures alike.
 *
 * @module
 */

/** The picture as stored: no colour profile applied, no colour lost under transparency. */
const AS_STORED = /** @type {const} */ ({
  colorSpaceConversion: 'none',
  premultiplyAlpha: 'none',
});

/** A browser that cannot draw outside of a page. */
export class NoCanvas extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} upright: browsers apply the orientation that EXIF names
 * @throws {DOMException} when the browser cannot open it
 */
export function decode(file) {
  return createImageBitmap(file, AS_STORED);
}

/**
 * The picture as the browser shows it, in the colours that its profile asks for.
 *
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>}
 * @throws {DOMException}
 */
export function decodeAsShown(file) {
  return createImageBitmap(file, { ...AS_STORED, colorSpaceConversion: 'default' });
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {OffscreenCanvasRenderingContext2D} opaque; in ordinary memory, as it is read at once
 * @throws {NoCanvas}
 */
export function canvas(width, height) {
  const context =
    typeof OffscreenCanvas === 'undefined'
      ? null
      : new OffscreenCanvas(width, height).getContext('2d', {
          alpha: false,
          colorSpace: 'srgb',
          willReadFrequently: true,
        });
  if (context === null) throw new NoCanvas();
  context.imageSmoothingEnabled = false;
  context.fillStyle = '#fff';
  return context;
}

/**
 * Read a part of a picture as it looks on white paper.
 *
 * The canvas is opaque and white, so the browser blends colours that it has in full; asking for
 * transparent pixels instead would give colours that were rounded twice.
 *
 * @param {OffscreenCanvasRenderingContext2D} context at least `width` x `height`
 * @param {ImageBitmap} bitmap
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray} RGBA, alpha always 255
 */
export function readPart(context, bitmap, x, y, width, height) {
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}
