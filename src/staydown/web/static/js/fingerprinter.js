/**
 * The page's end of the worker: one file at a time, and an answer to each, whatever happens there.
 *
 * @module
 */

/** @typedef {import('./outcome.js').Outcome} Outcome */
/** @typedef {import('./outcome.js').WorkerMessage} WorkerMessage */

/** A picture that takes longer has hung the decoder; the largest allowed ones take seconds. */
const PATIENCE_MS = 120_000;

export class Fingerprinter {
  /** @type {Worker | undefined} */ #worker;
  /** @type {(outcome: Outcome) => void} */ #answer = () => {};
  /** @type {(share: number) => void} */ #progress = () => {};
  #ran = false;

  /**
   * @param {Blob} file
   * @param {(share: number) => void} progress told how much is done, 0 to 1
   * @returns {Promise<Outcome>}
   */
  async fingerprint(file, progress) {
    const worker = this.#started();
    if (worker === undefined) return { state: 'unsupported' };
    let timer = 0;
    try {
      return await new Promise((resolve) => {
        this.#answer = resolve;
        this.#progress = progress;
        timer = window.setTimeout(() => this.#giveUp('failed'), PATIENCE_MS);
        worker.postMessage(file);
      });
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** Forget everything: ends the worker and with it whatever it holds in memory. */
  stop() {
    this.#giveUp('failed');
  }

  #started() {
    if (this.#worker === undefined && typeof Worker !== 'undefined') {
      const worker = new Worker(new URL('./pdq-worker.js', import.meta.url), { type: 'module' });
      worker.addEventListener('message', (event) => this.#hear(event.data));
      // Out of memory, or a browser that knows no modules in workers: then it never said hello.
      worker.addEventListener('error', () => {
        if (this.#worker === worker) this.#giveUp(this.#ran ? 'failed' : 'unsupported');
      });
      this.#worker = worker;
    }
    return this.#worker;
  }

  /** @param {WorkerMessage} message */
  #hear(message) {
    if (message.kind === 'hello') this.#ran = true;
    else if (message.kind === 'progress') this.#progress(message.share);
    else this.#answer(message.outcome);
  }

  /** @param {'failed' | 'unsupported'} state */
  #giveUp(state) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#answer({ state });
  }
}
