/**
 * Files that break off, made into files that a browser opens.
 *
 * Where only a part of a file is there, viewers show it; a browser shows it in a page and refuses it
 * in a worker. A JPEG gets an end: what isn't there is grey then. A PNG is packed anew, and rows that
 * aren't there repeat the one above. Other kinds are left as they are.
 *
 * @module
 */

/** @typedef {import('../sniff.js').Format} Format */

/**
 * @typedef {object} Mended
 * @property {Blob} file
 * @property {number | undefined} share of its rows, 0 to 1, those that are there; undefined where
 *   that has to be seen from the pixels: they are grey
 */

/** Bytes of a PNG, unpacked, that are held in memory at most: 50 megapixels in colour. */
const MOST_UNPACKED = 150_000_000;
/** Bytes that are unpacked at once, so that what comes before a fault is not lost. */
const PIECE = 4096;
/** Bytes from a JPEG's end in which a part may begin that breaks off. */
const TAIL = 70_000;

const CHANNELS = /** @type {Record<number, number>} */ ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 });

/**
 * @param {Format} format
 * @param {Blob} file
 * @returns {Promise<Mended | undefined>} undefined where nothing can be done
 */
export async function mend(format, file) {
  if (format === 'jpeg') return { file: await withAnEnd(file), share: undefined };
  if (format === 'png') return await packedAnew(new Uint8Array(await file.arrayBuffer()));
  return undefined;
}

/**
 * A JPEG without the part that it breaks off in, unless that is pixels, and with an end.
 *
 * @param {Blob} file
 */
async function withAnEnd(file) {
  const start = Math.max(2, file.size - TAIL);
  const tail = new Uint8Array(await file.slice(start).arrayBuffer());
  const end = new Uint8Array([0xff, 0xd9]);
  return new Blob([file.slice(0, start), tail.subarray(0, brokenPart(tail)), end]);
}

/**
 * @param {Uint8Array} tail of a JPEG
 * @returns {number} where its last part begins if that breaks off, or its length
 */
function brokenPart(tail) {
  for (let at = tail.length - 1; at >= 0; at--) {
    if (tail[at] !== 0xff) continue;
    const marker = tail[at + 1] ?? 0xff;
    if (marker < 0xc0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd9)) continue;
    const length = ((tail[at + 2] ?? 0xff) << 8) | (tail[at + 3] ?? 0xff);
    return at + 2 + length > tail.length ? at : tail.length;
  }
  return tail.length;
}

/**
 * @param {Uint8Array<ArrayBuffer>} data a PNG
 * @returns {Promise<Mended | undefined>}
 */
async function packedAnew(data) {
  const { header, before, packed } = partsOf(data);
  if (header === undefined || packed.length === 0 || header[12] !== 0) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const bits = (header[8] ?? 0) * (CHANNELS[header[9] ?? 0] ?? 0);
  const row = 1 + Math.ceil((width * bits) / 8);
  if (bits === 0 || row * height > MOST_UNPACKED) return undefined;
  const unpacked = await unpack(new Blob(packed), row * height);
  const rows = Math.floor(unpacked.length / row);
  if (rows === 0) return undefined;
  const whole = new Uint8Array(row * height);
  whole.set(unpacked.subarray(0, rows * row));
  // Nothing is added to the row above: it is repeated.
  for (let at = rows * row; at < whole.length; at += row) whole[at] = 2;
  const pixels = await pack(whole);
  const file = new Blob([
    data.subarray(0, 8),
    ...chunk('IHDR', header),
    ...before.flatMap(([name, body]) => chunk(name, body)),
    ...chunk('IDAT', pixels),
    ...chunk('IEND', new Uint8Array(0)),
  ]);
  return { file, share: rows / height };
}

/**
 * What of a PNG shows: header, palette, clear colours, how it is turned, and its packed pixels.
 *
 * @param {Uint8Array<ArrayBuffer>} data
 */
function partsOf(data) {
  const view = new DataView(data.buffer);
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  let header;
  /** @type {[string, Uint8Array<ArrayBuffer>][]} */
  const before = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const packed = [];
  for (let at = 8; at + 8 <= data.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...data.subarray(at + 4, at + 8));
    const body = data.subarray(at + 8, at + 8 + length);
    if (name === 'IEND') break;
    if (name === 'IHDR' && length === 13 && body.length === 13) header ??= body;
    else if (name === 'IDAT') packed.push(body);
    else if (['PLTE', 'tRNS', 'eXIf'].includes(name) && packed.length === 0) {
      if (before.every(([known]) => known !== name)) before.push([name, body]);
    }
    at += 12 + length;
  }
  return { header, before, packed };
}

/**
 * Unpack as much as can be, up to a fault.
 *
 * @param {Blob} packed in the format of zlib
 * @param {number} most bytes
 */
async function unpack(packed, most) {
  const whole = new Uint8Array(most);
  let length = 0;
  // Without the two bytes at the front, and so without the sum at the end.
  const stream = new DecompressionStream('deflate-raw');
  const feeding = feed(stream.writable, packed);
  const reader = stream.readable.getReader();
  try {
    while (length < most) {
      const { done, value } = await reader.read();
      if (done) break;
      const piece = value.subarray(0, most - length);
      whole.set(piece, length);
      length += piece.length;
    }
    await reader.cancel();
  } catch {
    // What came before is there.
  }
  await feeding;
  return whole.subarray(0, length);
}

/**
 * @param {WritableStream<BufferSource>} stream
 * @param {Blob} packed
 */
async function feed(stream, packed) {
  const writer = stream.getWriter();
  try {
    for (let at = 2; at < packed.size; at += PIECE) {
      await writer.write(await packed.slice(at, at + PIECE).arrayBuffer());
    }
    await writer.close();
  } catch {
    // The reader has all that it wants, or met the fault.
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>} in the format of zlib
 */
async function pack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} body
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
function chunk(name, body) {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, body.length);
  for (let k = 0; k < 4; k++) head[4 + k] = name.charCodeAt(k);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crcOf(body, crcOf(head.subarray(4), 0)));
  return [head, body, sum];
}

/** @type {Uint32Array | undefined} */
let table;

/**
 * @param {Uint8Array} bytes
 * @param {number} before the sum of what comes before
 */
function crcOf(bytes, before) {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let k = 0; k < 8; k++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let sum = ~before;
  for (let k = 0; k < bytes.length; k++) {
    sum = (sum >>> 8) ^ (table[(sum ^ (bytes[k] ?? 0)) & 255] ?? 0);
  }
  return ~sum >>> 0;
}
