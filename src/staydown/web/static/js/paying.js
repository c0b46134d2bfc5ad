/**
 * Work in place of waiting: a puzzle that the site asked for is solved here, beside the page. What
 * was solved is kept for as long as the page is open, so that a dearer price only costs the rest.
 *
 * A page asks with `<template id="work-asked" data-ticket="…" data-parts="…">`. Where it does so
 * before anything was sent, the work begins at once, while the person types.
 *
 * @module
 */

import { onEachPage } from './page-turns.js';
import { packed, search, startOf } from './puzzle.js';

/** @typedef {import('./puzzle.js').Task} Task */

/** The most parts that any bank asks for: exchange/puzzle.py. */
const MOST_PARTS = 5120;
/** Where there are no workers: so many numbers are tried before the page has its turn. */
const SLICE = 20_000;

class Puzzle {
  /** @type {number[]} */ #numbers = [];
  /** @type {Promise<boolean>} */ #running = Promise.resolve(true);
  /** @type {Worker | undefined} */ #worker;
  /** @type {() => void} */ #giveUp = () => {};
  #stopped = false;
  /** @type {(share: number) => void} told how much is done, 0 to 1 */ tell = () => {};

  /** @param {string} ticket */
  constructor(ticket) {
    this.ticket = ticket;
  }

  /**
   * @param {number} parts
   * @returns {Promise<boolean>} whether so many are solved; false after `stop`
   */
  solve(parts) {
    this.#running = this.#running.then(() => this.#go(parts));
    return this.#running;
  }

  /** The solution so far, as it travels. */
  get work() {
    return packed(this.#numbers);
  }

  stop() {
    this.#stopped = true;
    this.#giveUp();
  }

  /** @param {number} parts */
  async #go(parts) {
    if (!(await this.#inWorker(parts))) await this.#inSlices(parts);
    this.#worker?.terminate();
    this.#worker = undefined;
    return !this.#stopped && this.#numbers.length >= parts;
  }

  /** @param {number} parts */
  #inWorker(parts) {
    if (typeof Worker === 'undefined' || this.#isOver(parts)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const worker = new Worker(new URL('./puzzle-worker.js', import.meta.url), { type: 'module' });
      this.#worker = worker;
      this.#giveUp = () => resolve(true);
      worker.addEventListener('message', (event) => {
        this.#take(event.data, parts);
        if (this.#isOver(parts)) resolve(true);
      });
      // A browser that knows no modules in workers, for one.
      worker.addEventListener('error', () => resolve(false));
      /** @type {Task} */
      const task = { challenge: this.ticket, part: this.#numbers.length, parts };
      worker.postMessage(task);
    });
  }

  /** @param {number} parts */
  async #inSlices(parts) {
    const start = startOf(this.ticket);
    let from = 0;
    while (!this.#isOver(parts)) {
      const number = search(start, this.#numbers.length, from, SLICE);
      from = number === undefined ? from + SLICE : 0;
      if (number !== undefined) this.#take(number, parts);
      await new Promise((resolve) => window.setTimeout(resolve));
    }
  }

  /** @param {number} parts */
  #isOver(parts) {
    return this.#stopped || this.#numbers.length >= parts;
  }

  /**
   * @param {number} number
   * @param {number} parts
   */
  #take(number, parts) {
    this.#numbers.push(number);
    this.tell(this.#numbers.length / parts);
  }
}

/** @type {Puzzle | undefined} */
let puzzle;

/**
 * Solve what a page asks for.
 *
 * @param {Document} asking
 * @param {(share: number) => void} [tell] told how much is done, 0 to 1
 * @returns {Promise<Record<string, string>>} the fields that pay; none where nothing is asked, or
 *   nothing came of it
 */
export async function paymentFor(asking, tell = () => {}) {
  const place = asking.getElementById('work-asked');
  const ticket = place?.dataset.ticket ?? '';
  const parts = Number(place?.dataset.parts ?? 0);
  if (ticket === '' || !(parts >= 1 && parts <= MOST_PARTS)) return {};
  if (puzzle?.ticket !== ticket) puzzle?.stop();
  const solving = puzzle?.ticket === ticket ? puzzle : new Puzzle(ticket);
  puzzle = solving;
  solving.tell = tell;
  return (await solving.solve(parts)) ? { ticket, work: solving.work } : {};
}

function stop() {
  puzzle?.stop();
  puzzle = undefined;
}

onEachPage(() => {
  if (document.getElementById('work-asked') === null) stop();
  else void paymentFor(document);
});
window.addEventListener('pagehide', stop);
document.addEventListener('page:exit', stop);
