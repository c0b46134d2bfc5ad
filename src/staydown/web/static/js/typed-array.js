/**
 * Reading typed arrays under strict type checking.
 *
 * @module
 */

/**
 * Typed arrays read as `number | undefined` under strict checking; every index here is in range.
 *
 * @param {Float32Array | Int32Array | Uint8Array | Uint8ClampedArray} array
 * @param {number} index
 * @returns {number}
 */
export function at(array, index) {
  return /** @type {number} */ (array[index]);
}
