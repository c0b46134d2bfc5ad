/**
 * What can come of one picture, and the limits; shared by the page and its worker.
 *
 * @module
 */

/**
 * A frame of an animation. `number` counts from 1, `picture` is a small one to know it by, and
 * `chosen` is for the page to set.
 *
 * @typedef {{ number: number, hex: string, quality: number, picture: ImageBitmap,
 *   chosen: boolean }} Frame
 */

/**
 * `frames`: of an animation, those that differ, the first usable one first; `hex` and `quality` are
 * its. `firstOnly`: it moves, and this browser can't read more than its first frame. `also`: the
 * same picture in the colours that its profile asks for, where that is another fingerprint.
 * `damaged`: a little of the file is missing or wrong.
 *
 * @typedef {{ state: 'ready', hex: string, quality: number, frames?: Frame[],
 *   firstOnly?: boolean, damaged?: boolean, also?: { hex: string, quality: number } }} Ready
 */

/**
 * Why a picture has no usable fingerprint. `too-plain`: quality below 50. `damaged`: too little of it
 * is there. `too-large` is about bytes, `too-many-pixels` about pixels. `guarded-browser` and
 * `unsupported` concern the browser, not the picture, and end the flow.
 *
 * @typedef {'too-plain' | 'heic' | 'video' | 'not-a-picture' | 'damaged' | 'too-large'
 *   | 'too-many-pixels' | 'guarded-browser' | 'unsupported' | 'failed'} Refusal
 */

/**
 * @typedef {Ready | { state: Refusal }} Outcome
 */

/**
 * What the worker says: that it runs, how far it is with a picture (0 to 1), or what came of it.
 *
 * @typedef {{ kind: 'hello' } | { kind: 'progress', share: number }
 *   | { kind: 'outcome', outcome: Outcome }} WorkerMessage
 */

/** Bytes of a file that will be opened at all: 64 MiB, as everywhere in this project. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** Pixels of a picture that will be decoded: 100 megapixels, as everywhere in this project. */
export const MOST_PIXELS = 100_000_000;

/** The same of a JPEG: the largest cameras of phones take 200 megapixels. */
export const MOST_JPEG_PIXELS = 256_000_000;

/** Share of a picture's rows that must be there for it to be listed, as everywhere here. */
export const LISTING_SHARE = 0.95;

/** Frames of one animation that are offered. */
export const MOST_FRAMES = 8;

/** Bits up to which partners take two fingerprints for those of the same picture. */
export const SAME_BITS = 31;

/** PDQ quality below which a picture is too plain to tell from others. */
export const LISTING_QUALITY = 50;

/** PDQ quality from which a fingerprint is called clear. */
export const CLEAR_QUALITY = 75;
