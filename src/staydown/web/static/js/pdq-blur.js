/**
 * The blur of PDQ: running means, rounded to 32-bit floats in the order of the C++ reference.
 *
 * @module
 */

import { at } from './typed-array.js';

/** A running mean along a row; at the ends over fewer values. */
export class RowBlur {
  /**
   * @param {number} length
   * @param {number} window
   */
  constructor(length, window) {
    this.length = length;
    this.window = window;
    this.lead = Math.floor((window + 2) / 2) - 1;
  }

  /**
   * @param {Float32Array} input
   * @param {Float32Array} output another array of the same length
   */
  apply(input, output) {
    const { length, window, lead } = this;
    const fround = Math.fround;
    let sum = fround(0);
    let size = 0;
    let out = 0;
    let right = 0;
    for (; right < lead; right++, size++) sum = fround(sum + at(input, right));
    for (; right < window; right++) {
      size++;
      sum = fround(sum + at(input, right));
      output[out++] = sum / size;
    }
    let left = 0;
    for (; right < length; right++, left++) {
      sum = fround(sum + at(input, right));
      sum = fround(sum - at(input, left));
      output[out++] = sum / size;
    }
    for (; out < length; left++) {
      size--;
      sum = fround(sum - at(input, left));
      output[out++] = sum / size;
    }
  }
}

/** A running mean down every column at once, keeping only the rows inside the window. */
export class ColumnBlur {
  /** @type {Float32Array[]} */ #ring;
  /** @type {Float32Array} */ #sums;
  /** @type {Float32Array} */ #means;
  #size = 0;
  #taken = 0;
  #dropped = 0;

  /**
   * @param {number} width
   * @param {number} height rows that will come in all
   * @param {number} window
   */
  constructor(width, height, window) {
    this.height = height;
    this.window = window;
    this.lead = Math.floor((window + 2) / 2) - 1;
    this.#ring = Array.from({ length: window }, () => new Float32Array(width));
    this.#sums = new Float32Array(width);
    this.#means = new Float32Array(width);
  }

  /**
   * @param {Float32Array} row
   * @param {(means: Float32Array) => void} emit called with a row that is reused afterwards
   */
  add(row, emit) {
    const sums = this.#sums;
    const slot = /** @type {Float32Array} */ (this.#ring[this.#taken % this.window]);
    if (this.#taken < this.window) {
      for (let k = 0; k < sums.length; k++) sums[k] = at(sums, k) + at(row, k);
      this.#size += 1;
    } else {
      for (let k = 0; k < sums.length; k++) {
        sums[k] = Math.fround(at(sums, k) + at(row, k)) - at(slot, k);
      }
      this.#dropped += 1;
    }
    slot.set(row);
    this.#taken += 1;
    if (this.#taken > this.lead) this.#emit(emit);
  }

  /**
   * Emit the last rows, whose windows reach past the end.
   *
   * @param {(means: Float32Array) => void} emit
   */
  flush(emit) {
    const sums = this.#sums;
    for (let k = 0; k < this.lead; k++) {
      const slot = /** @type {Float32Array} */ (this.#ring[this.#dropped % this.window]);
      for (let x = 0; x < sums.length; x++) sums[x] = at(sums, x) - at(slot, x);
      this.#dropped += 1;
      this.#size -= 1;
      this.#emit(emit);
    }
  }

  /** @param {(means: Float32Array) => void} emit */
  #emit(emit) {
    const size = this.#size;
    for (let k = 0; k < this.#sums.length; k++) this.#means[k] = at(this.#sums, k) / size;
    emit(this.#means);
  }
}
