/**
 * What a file is by its first bytes, whatever its name says, and how many pixels it claims, so
 * that a person gets a plain answer and an enormous picture is refused before it is unpacked.
 *
 * @module
 */

/**
 * @typedef {'jpeg' | 'png' | 'gif' | 'webp' | 'bmp' | 'avif' | 'tiff' | 'heic' | 'video'
 *   | 'unknown'} Format
 */

/** Bytes from the start of a file that are enough for both questions below. */
export const HEAD_BYTES = 1024 * 1024;

const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);

/** [bytes as Latin-1, offset, format] */
const MAGIC = /** @type {const} */ ([
  ['\xff\xd8\xff', 0, 'jpeg'],
  ['\x89PNG\r\n\x1a\n', 0, 'png'],
  ['GIF87a', 0, 'gif'],
  ['GIF89a', 0, 'gif'],
  ['BM', 0, 'bmp'],
  ['II*\0', 0, 'tiff'],
  ['MM\0*', 0, 'tiff'],
  ['\x1a\x45\xdf\xa3', 0, 'video'], // Matroska, WebM
  ['FLV\x01', 0, 'video'],
  ['OggS', 0, 'video'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 0, 'video'], // ASF: WMV
  ['\0\0\x01\xba', 0, 'video'], // MPEG programme stream
  ['\0\0\x01\xb3', 0, 'video'], // MPEG video
  ['moov', 4, 'video'], // QuickTime from before brands
  ['mdat', 4, 'video'],
  ['wide', 4, 'video'],
]);

/**
 * @param {Uint8Array} head the file's first bytes
 * @returns {Format}
 */
export function sniff(head) {
  for (const [bytes, offset, format] of MAGIC) {
    if (text(head, offset, bytes.length) === bytes) return format;
  }
  if (text(head, 0, 4) === 'RIFF') {
    if (text(head, 8, 4) === 'WEBP') return 'webp';
    if (text(head, 8, 4) === 'AVI ') return 'video';
  }
  // Transport streams repeat this byte every 188 bytes; one alone would be chance.
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return 'video';
  return text(head, 4, 4) === 'ftyp' ? brandOf(head) : 'unknown';
}

/**
 * Files in the ISO base format (MP4, HEIC, AVIF) name the brands that they conform to.
 *
 * @param {Uint8Array} head
 * @returns {Format}
 */
function brandOf(head) {
  const end = Math.min(number(head, 0, 4), head.length, 256);
  const brands = [text(head, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(head, at, 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return 'heic';
  if (brands.some((brand) => brand === 'mif1' || brand === 'msf1')) return 'heic';
  return 'video';
}

/**
 * The pixels that a picture claims to have, before anything is unpacked.
 *
 * @param {Format} format as `sniff` said
 * @param {Uint8Array} head the file's first bytes
 * @returns {number | undefined} undefined where the first bytes do not tell
 */
export function claimedPixels(format, head) {
  if (format === 'png') return product(number(head, 16, 4), number(head, 20, 4));
  if (format === 'gif') return product(little(head, 6, 2), little(head, 8, 2));
  if (format === 'bmp') return bmpPixels(head);
  if (format === 'webp') return webpPixels(head);
  if (format === 'jpeg') return jpegPixels(head);
  if (format === 'avif' || format === 'heic') return isoPixels(head);
  return undefined;
}

/** @param {Uint8Array} head */
function bmpPixels(head) {
  // 12 bytes of header: OS/2. Otherwise signed: a negative height means rows from the top.
  if (little(head, 14, 4) === 12) return product(little(head, 18, 2), little(head, 20, 2));
  return product(Math.abs(little(head, 18, 4) | 0), Math.abs(little(head, 22, 4) | 0));
}

/** @param {Uint8Array} head */
function webpPixels(head) {
  const chunk = text(head, 12, 4);
  if (chunk === 'VP8X') return product(little(head, 24, 3) + 1, little(head, 27, 3) + 1);
  if (chunk === 'VP8 ') return product(little(head, 26, 2) & 0x3fff, little(head, 28, 2) & 0x3fff);
  if (chunk !== 'VP8L') return undefined;
  const packed = little(head, 21, 4);
  return product((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1);
}

/** @param {Uint8Array} head */
function jpegPixels(head) {
  let at = 2;
  while (at + 9 < head.length && head[at] === 0xff) {
    const marker = number(head, at + 1, 1);
    const startsFrame = marker >= 0xc0 && marker <= 0xcf;
    const isOther = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
    if (startsFrame && !isOther) return product(number(head, at + 7, 2), number(head, at + 5, 2));
    // Padding and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + number(head, at + 2, 2);
  }
  return undefined;
}

/**
 * The largest of the sizes that a HEIC or AVIF file names for its parts.
 *
 * @param {Uint8Array} head
 */
function isoPixels(head) {
  let most;
  for (let at = 4; at + 16 <= Math.min(head.length, 65536); at++) {
    if (text(head, at, 4) !== 'ispe') continue;
    const pixels = product(number(head, at + 8, 4), number(head, at + 12, 4));
    if (pixels !== undefined) most = Math.max(most ?? 0, pixels);
  }
  return most;
}

/**
 * Whether a file may be an animation: looked at closer, it may still turn out to stand still.
 *
 * @param {Format} format as `sniff` said
 * @param {Uint8Array} head the file's first bytes
 * @returns {boolean}
 */
export function mayMove(format, head) {
  if (format === 'gif') return gifMayMove(head);
  if (format === 'webp') return text(head, 12, 4) === 'VP8X' && (little(head, 20, 1) & 2) !== 0;
  if (format === 'png') return pngChunks(head).includes('acTL');
  return format === 'avif' && text(head, 0, 256).includes('avis');
}

/**
 * Whether a file may ask for its colours to be shown otherwise than they are stored.
 *
 * @param {Format} format as `sniff` said
 * @param {Uint8Array} head the file's first bytes
 * @returns {boolean}
 */
export function mayBendColours(format, head) {
  if (format === 'webp') return text(head, 12, 4) === 'VP8X' && (little(head, 20, 1) & 32) !== 0;
  if (format === 'jpeg') return jpegHasProfile(head);
  if (format === 'avif' || format === 'heic') return find(head, 'colr', 65536) >= 0;
  const named = ['iCCP', 'gAMA', 'cHRM', 'cICP'];
  return format === 'png' && pngChunks(head).some((name) => named.includes(name));
}

/**
 * Whether a second picture follows the first one, or the first bytes end before that is known.
 *
 * @param {Uint8Array} head
 */
function gifMayMove(head) {
  const flags = number(head, 10, 1);
  let at = 13 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let pictures = 0;
  while (at < head.length) {
    const kind = head[at];
    if (kind === 0x2c) {
      pictures += 1;
      if (pictures > 1) return true;
      const local = number(head, at + 9, 1);
      at += 11 + (local & 0x80 ? 3 << ((local & 7) + 1) : 0);
    } else if (kind === 0x21) at += 2;
    else return false;
    while (at < head.length && head[at] !== 0) at += 1 + number(head, at, 1);
    at += 1;
  }
  return true;
}

/**
 * The names of the chunks before the picture.
 *
 * @param {Uint8Array} head
 */
function pngChunks(head) {
  const names = [];
  for (let at = 8; at + 8 <= head.length; at += 12 + number(head, at, 4)) {
    const name = text(head, at + 4, 4);
    if (name === 'IDAT') break;
    names.push(name);
  }
  return names;
}

/** @param {Uint8Array} head */
function jpegHasProfile(head) {
  for (let at = 2; at + 16 < head.length && head[at] === 0xff; at += 2 + number(head, at + 2, 2)) {
    if (head[at + 1] === 0xda) return false;
    if (head[at + 1] === 0xe2 && text(head, at + 4, 11) === 'ICC_PROFILE') return true;
  }
  return false;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} wanted
 * @param {number} end
 */
function find(bytes, wanted, end) {
  for (let at = 0; at + wanted.length <= Math.min(end, bytes.length); at++) {
    if (text(bytes, at, wanted.length) === wanted) return at;
  }
  return -1;
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {number | undefined}
 */
function product(width, height) {
  return width > 0 && height > 0 ? width * height : undefined;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} length
 */
function text(bytes, offset, length) {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/**
 * Big-endian and without a sign; bytes past the end count as 0.
 *
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} length
 */
function number(bytes, offset, length) {
  let value = 0;
  for (let k = 0; k < length; k++) value = value * 256 + (bytes[offset + k] ?? 0);
  return value;
}

/**
 * Little-endian and without a sign; bytes past the end count as 0.
 *
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} length
 */
function little(bytes, offset, length) {
  let value = 0;
  for (let k = length - 1; k >= 0; k--) value = value * 256 + (bytes[offset + k] ?? 0);
  return value;
}
