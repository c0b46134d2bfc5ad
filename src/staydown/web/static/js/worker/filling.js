/**
 * What isn't there of a picture repeats what is next to it, so that its fingerprint stays near.
 *
 * @module
 */

/** @typedef {import('./grey.js').Grey} Grey */
/** @typedef {(row: number) => Float32Array} ReadRow */

/**
 * @param {Grey} missing
 * @param {number} width
 * @param {number} height
 * @param {ReadRow} read gives one row of the picture
 * @returns {(luma: Float32Array, top: number) => void} fills rows, given from `top` on, in place
 */
export function filling(missing, width, height, read) {
  if (missing.full + missing.partly === 0) return () => {};
  if (missing.side === 'left' || missing.side === 'right') {
    return (luma, top) => fillColumns(luma, top, width, missing);
  }
  const { full, partly, from, to, side } = missing;
  const place = (/** @type {number} */ line) => (side === 'top' ? line : height - 1 - line);
  const near = read(place(full));
  near.set(read(place(full + partly)).subarray(from, to), from);
  return (luma, top) => {
    for (let start = 0; start < luma.length; start += width) {
      const line = place(top + start / width);
      if (line < full) luma.set(near, start);
      else if (line < full + partly) luma.set(near.subarray(from, to), start + from);
    }
  };
}

/**
 * @param {Float32Array} luma rows, changed in place
 * @param {number} top the first one's place in the picture
 * @param {number} width
 * @param {Grey} missing
 */
function fillColumns(luma, top, width, { side, full, partly, from, to }) {
  for (let start = 0; start < luma.length; start += width) {
    const row = top + start / width;
    const lines = row >= from && row < to ? full + partly : full;
    if (side === 'left') luma.fill(luma[start + lines] ?? 0, start, start + lines);
    else luma.fill(luma[start + width - lines - 1] ?? 0, start + width - lines, start + width);
  }
}
