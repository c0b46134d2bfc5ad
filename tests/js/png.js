/**
 * A PNG reader for test vectors: 8-bit grey, RGB or RGBA without interlacing, in 30 lines and no
 * dependency, so that the numbers under test come from one decoder that both languages agree on.
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

const CHANNELS = new Map([[0, 1], [2, 3], [6, 4]]);

/**
 * @param {string | URL} path
 * @returns {{ width: number, height: number, channels: 3 | 4, pixels: Uint8Array }}
 */
export function readPng(path) {
  const file = readFileSync(path);
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const channels = CHANNELS.get(file.readUInt8(25));
  if (file.readUInt8(24) !== 8 || channels === undefined || file.readUInt8(28) !== 0) {
    throw new Error('a kind of PNG that this reader does not know');
  }
  const parts = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(file.subarray(at + 8, at + 8 + length));
    }
  }
  const pixels = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  if (channels !== 1) return { width, height, channels: channels === 3 ? 3 : 4, pixels };
  return { width, height, channels: 3, pixels: pixels.reduce(spread, new Uint8Array(pixels.length * 3)) };
}

/**
 * @param {Uint8Array} rgb
 * @param {number} grey
 * @param {number} k
 */
function spread(rgb, grey, k) {
  return rgb.fill(grey, k * 3, k * 3 + 3);
}

/**
 * @param {Uint8Array} data filter byte and row, again and again
 * @param {number} stride bytes a row
 * @param {number} height
 * @param {number} step bytes a pixel
 */
function unfilter(data, stride, height, step) {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const here = y * stride + x;
      const left = x >= step ? (out[here - step] ?? 0) : 0;
      const up = y > 0 ? (out[here - stride] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (out[here - stride - step] ?? 0) : 0;
      out[here] = (data[y * (stride + 1) + 1 + x] ?? 0) + guess(filter, left, up, corner);
    }
  }
  return out;
}

/**
 * @param {number} filter
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function guess(filter, left, up, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if ((toLeft ?? 0) <= (toUp ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
  return (toUp ?? 0) <= (toCorner ?? 0) ? up : corner;
}
