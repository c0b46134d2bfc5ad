import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { claimedPixels, sniff, mayBendColours, mayMove } from '../../src/staydown/web/static/js/sniff.js';

const folder = new URL('../vectors/pdq/', import.meta.url);
const FORMATS = /** @type {const} */ ({
  png: 'png', jpg: 'jpeg', gif: 'gif', webp: 'webp', bmp: 'bmp', avif: 'avif', tif: 'tiff',
});

/** @type {{ file: string, kind: string }[]} */
const vectors = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8'));

for (const { file } of vectors.filter(({ kind }) => kind === 'file')) {
  test(`${file} is told by its bytes, and its size is read from its head`, () => {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    const format = sniff(bytes);
    const ending = /** @type {keyof typeof FORMATS} */ (file.split('.').at(-1));
    assert.equal(format, FORMATS[ending]);
    if (format !== 'tiff') assert.ok((claimedPixels(format, bytes) ?? 0) > 0);
  });
}

/** @type {[string, string, string][]} */
const OTHERS = [
  ['an iPhone photo', '\0\0\0\x24ftypheic\0\0\0\0mif1heic', 'heic'],
  ['a generic HEIF', '\0\0\0\x18ftypmif1\0\0\0\0mif1miaf', 'heic'],
  ['an AVIF that leads with a generic brand', '\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'avif'],
  ['MP4', '\0\0\0\x18ftypisom\0\0\x02\0isomavc1', 'video'],
  ['QuickTime', '\0\0\0\x14ftypqt  \0\0\x02\0qt  ', 'video'],
  ['old QuickTime', '\0\0\0\x08moov', 'video'],
  ['WebM', '\x1a\x45\xdf\xa3\x01', 'video'],
  ['AVI', 'RIFF\0\0\0\0AVI LIST', 'video'],
  ['WMV', '\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'video'],
  ['an MPEG transport stream', `G${'\0'.repeat(187)}G${'\0'.repeat(187)}G`, 'video'],
  ['a text that begins with G', 'Good morning', 'unknown'],
  ['sound', 'RIFF\0\0\0\0WAVEfmt ', 'unknown'],
  ['PDF', '%PDF-1.7', 'unknown'],
  ['nothing', '', 'unknown'],
];

for (const [name, head, format] of OTHERS) {
  test(`${name}: ${format}`, () => {
    assert.equal(sniff(new Uint8Array(Buffer.from(head, 'latin1'))), format);
  });
}

test('the size of a JPEG is found behind a long EXIF block', () => {
  const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(0xfffd)]);
  const frame = Buffer.from([0xff, 0xc2, 0, 17, 8, 0x12, 0x34, 0x23, 0x45, 3]);
  const head = Buffer.concat([Buffer.from([0xff, 0xd8]), exif, exif, frame, Buffer.alloc(20)]);
  assert.equal(claimedPixels('jpeg', head), 0x1234 * 0x2345);
});

test('a head cut anywhere, or altered anywhere, is read without an error', () => {
  for (const file of ['blobs.jpg', 'blobs.webp', 'blobs.avif', 'blobs.bmp', 'blobs.gif']) {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    for (let k = 0; k < 300; k++) {
      const cut = bytes.slice(0, k);
      claimedPixels(sniff(cut), cut);
      mayMove(sniff(cut), cut);
      mayBendColours(sniff(cut), cut);
      const altered = Uint8Array.from(bytes);
      altered[k] = 255 - (altered[k] ?? 0);
      claimedPixels(sniff(altered), altered);
      mayMove(sniff(altered), altered);
      mayBendColours(sniff(altered), altered);
    }
  }
});

test('pictures that stand still, in the usual colours, are read once', () => {
  for (const file of ['blobs.jpg', 'blobs.webp', 'blobs.avif', 'blobs.bmp', 'blobs.gif']) {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    assert.equal(mayMove(sniff(bytes), bytes), false, file);
  }
});
