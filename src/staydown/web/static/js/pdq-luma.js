/**
 * Colours to brightness.
 *
 * @module
 */

import { at } from './typed-array.js';

/**
 * Turn colours into brightness, transparent ones as they look on white paper.
 *
 * @param {Uint8Array | Uint8ClampedArray} pixels 8-bit RGB or RGBA
 * @param {3 | 4} channels
 * @param {Float32Array} luma filled with one value 0 to 255 a pixel
 */
export function lumaOf(pixels, channels, luma) {
  for (let k = 0, p = 0; k < luma.length; k++, p += channels) {
    let red = at(pixels, p);
    let green = at(pixels, p + 1);
    let blue = at(pixels, p + 2);
    if (channels === 4) {
      const alpha = at(pixels, p + 3);
      if (alpha !== 255) {
        red = overWhite(red, alpha);
        green = overWhite(green, alpha);
        blue = overWhite(blue, alpha);
      }
    }
    luma[k] = red * 0.299 + green * 0.587 + blue * 0.114;
  }
}

/**
 * @param {number} value 0 to 255
 * @param {number} alpha 0 to 255
 * @returns {number} a whole number 0 to 255
 */
function overWhite(value, alpha) {
  return Math.floor((value * alpha) / 255 + 0.5) + 255 - alpha;
}
