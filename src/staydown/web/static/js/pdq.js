/**
 * PDQ: 256 bits that stay nearly the same when a picture is resized or saved again.
 *
 * The algorithm is Meta's, described in the paper "PDQ and TMK + PDQF" (2019) and its C++ reference.
 * This is written anew so that a picture streams through row by row: the blur needs only as
 * many rows as its window is high, so a 50 MP photograph takes a few megabytes, not 400. Every step
 * rounds to 32-bit floats in the reference's order; its running sums gather rounding errors that
 * can flip a bit, and here they gather the same ones.
 *
 * @module
 */

import { ColumnBlur, RowBlur } from './pdq-blur.js';
import { lumaOf } from './pdq-luma.js';
import { at } from './typed-array.js';

/**
 * @typedef {object} Pdq
 * @property {string} hex 64 lower-case hexadecimal digits.
 * @property {number} quality 0 (nothing to tell it by) to 100; listed only from 50.
 */

/** Width and height to which a picture is blurred and thinned out. */
const SMALL = 64;
/** Width and height of the part of the cosine transform that becomes bits. */
const BITS_SIDE = 16;
/** Below this width or height the reference answers with no bits and quality 0. */
const MIN_SIDE = 5;

/** 16 x 64 coefficients: slots 1 to 16 of a cosine transform of 64 samples. */
const COSINES = cosines();

/**
 * A PDQ in the making: give it every row from top to bottom, then ask for the result.
 */
export class PdqStream {
  /** @type {number} */ #width;
  /** @type {number} */ #height;
  /** @type {RowBlur} */ #rowBlur;
  /** @type {ColumnBlur} */ #firstColumns;
  /** @type {ColumnBlur} */ #secondColumns;
  /** @type {Int32Array} */ #sampledColumns;
  /** @type {Int32Array} */ #sampledRows;
  /** @type {Float32Array} */ #fullRow;
  #thinRow = new Float32Array(SMALL);
  #small = new Float32Array(SMALL * SMALL);
  #smallRows = 0;
  #rowsOut = 0;
  #rowsIn = 0;

  /**
   * @param {number} width in pixels, 1 or more
   * @param {number} height in pixels, 1 or more
   */
  constructor(width, height) {
    if (!(width >= 1 && height >= 1)) throw new RangeError('a picture has at least one pixel');
    this.#width = width;
    this.#height = height;
    this.#rowBlur = new RowBlur(width, windowFor(width));
    const window = windowFor(height);
    this.#firstColumns = new ColumnBlur(width, height, window);
    this.#secondColumns = new ColumnBlur(SMALL, height, window);
    this.#sampledColumns = samplePositions(width);
    this.#sampledRows = samplePositions(height);
    this.#fullRow = new Float32Array(width);
  }

  /**
   * Take the next rows.
   *
   * @param {Float32Array} luma brightness 0 to 255, row after row, `width` values each
   */
  addRows(luma) {
    const rows = luma.length / this.#width;
    if (!Number.isInteger(rows) || this.#rowsIn + rows > this.#height) {
      throw new RangeError('rows do not fit the picture');
    }
    for (let row = 0; row < rows; row++) {
      const values = luma.subarray(row * this.#width, (row + 1) * this.#width);
      if (this.#isSmallAlready()) {
        this.#small.set(values, (this.#rowsIn + row) * SMALL);
      } else {
        this.#rowBlur.apply(values, this.#fullRow);
        this.#firstColumns.add(this.#fullRow, this.#afterFirstPass);
      }
    }
    this.#rowsIn += rows;
  }

  /**
   * @returns {Pdq} the fingerprint, once all rows are in
   */
  finish() {
    if (this.#rowsIn !== this.#height) throw new RangeError('rows are missing');
    if (this.#width < MIN_SIDE || this.#height < MIN_SIDE) {
      return { hex: '0'.repeat((BITS_SIDE * BITS_SIDE) / 4), quality: 0 };
    }
    if (!this.#isSmallAlready()) {
      this.#firstColumns.flush(this.#afterFirstPass);
      this.#secondColumns.flush(this.#afterSecondPass);
    }
    return { hex: hexOf(transform(this.#small)), quality: qualityOf(this.#small) };
  }

  /** The reference takes 64 x 64 pixels as they are: video frames arrive in that size. */
  #isSmallAlready() {
    return this.#width === SMALL && this.#height === SMALL;
  }

  #afterFirstPass = (/** @type {Float32Array} */ row) => {
    this.#rowBlur.apply(row, this.#fullRow);
    for (let k = 0; k < SMALL; k++) {
      this.#thinRow[k] = /** @type {number} */ (this.#fullRow[at(this.#sampledColumns, k)]);
    }
    this.#secondColumns.add(this.#thinRow, this.#afterSecondPass);
  };

  #afterSecondPass = (/** @type {Float32Array} */ row) => {
    // A picture lower than 64 pixels gives the same row more than once.
    while (this.#smallRows < SMALL && at(this.#sampledRows, this.#smallRows) === this.#rowsOut) {
      this.#small.set(row, this.#smallRows * SMALL);
      this.#smallRows += 1;
    }
    this.#rowsOut += 1;
  };
}

/**
 * Fingerprint pixels that lie in memory.
 *
 * @param {Uint8Array | Uint8ClampedArray} pixels 8-bit RGB or RGBA, row after row
 * @param {number} width
 * @param {number} height
 * @param {3 | 4} channels
 * @returns {Pdq}
 */
export function pdq(pixels, width, height, channels) {
  if (pixels.length !== width * height * channels) {
    throw new RangeError('the number of bytes does not fit width, height and channels');
  }
  const stream = new PdqStream(width, height);
  const rowsAtOnce = Math.max(1, Math.floor(65536 / width));
  for (let row = 0; row < height; row += rowsAtOnce) {
    const end = Math.min(height, row + rowsAtOnce);
    const luma = new Float32Array((end - row) * width);
    lumaOf(pixels.subarray(row * width * channels, end * width * channels), channels, luma);
    stream.addRows(luma);
  }
  return stream.finish();
}

/**
 * Two passes of this width amount to one tent as wide as a block of the 64 x 64 picture.
 *
 * @param {number} side width or height in pixels
 * @returns {number}
 */
function windowFor(side) {
  return Math.floor((side + 2 * SMALL - 1) / (2 * SMALL));
}

/**
 * @param {number} side width or height in pixels
 * @returns {Int32Array} for each of 64 samples, the pixel at its centre
 */
function samplePositions(side) {
  return Int32Array.from({ length: SMALL }, (_, k) => Math.trunc(((k + 0.5) * side) / SMALL));
}

/**
 * How much there is to tell a picture by: the sum of the steps between neighbouring samples that
 * are large enough to be seen.
 *
 * @param {Float32Array} small 64 x 64
 * @returns {number} 0 to 100
 */
function qualityOf(small) {
  let sum = 0;
  for (let row = 0; row < SMALL; row++) {
    for (let column = 0; column < SMALL; column++) {
      const here = row * SMALL + column;
      if (row + 1 < SMALL) sum += step(at(small, here), at(small, here + SMALL));
      if (column + 1 < SMALL) sum += step(at(small, here), at(small, here + 1));
    }
  }
  return Math.min(100, Math.floor(sum / 90));
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {number} the difference in whole hundredths of full brightness
 */
function step(one, other) {
  const scaled = Math.fround(Math.fround(one - other) * 100);
  return Math.abs(Math.trunc(Math.fround(scaled / 255)));
}

/** @returns {Float32Array} 16 x 64, row after row */
function cosines() {
  const table = new Float32Array(BITS_SIDE * SMALL);
  const scale = Math.fround(Math.sqrt(2 / SMALL));
  for (let i = 0; i < BITS_SIDE; i++) {
    for (let j = 0; j < SMALL; j++) {
      table[i * SMALL + j] = scale * Math.cos((Math.PI / 2 / SMALL) * (i + 1) * (2 * j + 1));
    }
  }
  return table;
}

/**
 * @param {Float32Array} small 64 x 64
 * @returns {Float32Array} 16 x 16 of its cosine transform, without the constant part
 */
function transform(small) {
  const fround = Math.fround;
  const half = new Float32Array(BITS_SIDE * SMALL);
  for (let i = 0; i < BITS_SIDE; i++) {
    for (let j = 0; j < SMALL; j++) {
      let sum = fround(0);
      for (let k = 0; k < SMALL; k++) {
        sum = fround(sum + fround(at(COSINES, i * SMALL + k) * at(small, k * SMALL + j)));
      }
      half[i * SMALL + j] = sum;
    }
  }
  const result = new Float32Array(BITS_SIDE * BITS_SIDE);
  for (let i = 0; i < BITS_SIDE; i++) {
    for (let j = 0; j < BITS_SIDE; j++) {
      let sum = fround(0);
      for (let k = 0; k < SMALL; k++) {
        sum = fround(sum + fround(at(half, i * SMALL + k) * at(COSINES, j * SMALL + k)));
      }
      result[i * BITS_SIDE + j] = sum;
    }
  }
  return result;
}

/**
 * A bit is set where a value lies above the lower median; the last value comes first.
 *
 * @param {Float32Array} values 256
 * @returns {string}
 */
function hexOf(values) {
  const median = at(Float32Array.from(values).sort(), values.length / 2 - 1);
  let hex = '';
  for (let k = values.length - 4; k >= 0; k -= 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) if (at(values, k + bit) > median) digit |= 1 << bit;
    hex += digit.toString(16);
  }
  return hex;
}
