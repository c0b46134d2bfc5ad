/**
 * The step at which pictures are chosen: each becomes a fingerprint here, in the person's own
 * browser. Nothing on this page sends anything but the form, and all that the form holds of a
 * picture is its fingerprint. File names are shown and go nowhere.
 *
 * @module
 */

import { choiceOf, sentOf } from './choice.js';
import { frameChoice } from './frame-choice.js';
import { Fingerprinter } from './fingerprinter.js';
import { part, textsOf } from './page-parts.js';
import { onEachPage, onLeaving } from './page-turns.js';

/** @typedef {import('./choice.js').LineKey} LineKey */
/** @typedef {import('./outcome.js').Outcome} Outcome */

/**
 * @typedef {object} Picture
 * @property {File | undefined} file let go as soon as its outcome is there
 * @property {Outcome | undefined} outcome
 * @property {HTMLLIElement} item
 * @property {LineKey | undefined} shown the line that the item shows
 */

class PicturesPage {
  #input = part('picture-files', HTMLInputElement);
  #list = part('pictures-list', HTMLUListElement);
  #status = part('pictures-status', HTMLElement);
  #bar = part('pictures-progress', HTMLProgressElement);
  #field = part('fingerprints', HTMLInputElement);
  #next = part('pictures-continue', HTMLButtonElement);
  #text = textsOf('pictures-texts');
  #limit = 50;

  #fingerprinter = new Fingerprinter();
  /** @type {Picture[]} */
  #pictures = [];
  #running = false;
  #blocked = false;
  /** Whether more pictures were chosen last than the limit allows. */
  #leftSome = false;

  /** @param {HTMLElement} form */
  constructor(form) {
    this.#limit = Number(form.dataset.limit ?? this.#limit);
    this.#input.addEventListener('change', () => this.#add(Array.from(this.#input.files ?? [])));
    form.addEventListener('submit', (event) => {
      if (this.#next.disabled) event.preventDefault();
    });
    // Somebody quick may have chosen pictures before this script was there to notice.
    const early = Array.from(this.#input.files ?? []);
    this.forget();
    this.#add(early);
  }

  /** Let go of all pictures, and of what was made of them. */
  forget() {
    this.#pictures = [];
    this.#list.replaceChildren();
    this.#field.value = '';
    this.#input.value = '';
    this.#next.disabled = true;
    this.#bar.hidden = true;
    this.#fingerprinter.stop();
    if (!this.#blocked) this.#say('none-yet');
  }

  #choice() {
    return choiceOf(this.#pictures.map((picture) => picture.outcome));
  }

  /** @param {File[]} files */
  #add(files) {
    this.#input.value = '';
    if (this.#blocked || files.length === 0) return;
    const taken = files.slice(0, Math.max(0, this.#limit - this.#pictures.length));
    for (const file of taken) {
      const item = this.#itemFor(file.name);
      /** @type {Picture} */
      const picture = { file, outcome: undefined, item, shown: undefined };
      picture.item.querySelector('button')?.addEventListener('click', () => this.#remove(picture));
      this.#list.append(picture.item);
      this.#pictures.push(picture);
    }
    this.#leftSome = taken.length < files.length;
    this.#render();
    void this.#run();
  }

  /** Work through the pictures that have no outcome, one after the other. */
  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let picture = this.#waiting(); picture?.file !== undefined; picture = this.#waiting()) {
      const done = this.#pictures.filter((other) => other.outcome !== undefined).length;
      this.#say('working', { number: done + 1, total: this.#pictures.length });
      this.#show(done);
      const progress = (/** @type {number} */ share) => this.#show(done + share);
      const outcome = await this.#fingerprinter.fingerprint(picture.file, progress);
      picture.outcome = outcome;
      picture.file = undefined;
      if (outcome.state === 'guarded-browser' || outcome.state === 'unsupported') {
        this.#block(outcome.state);
      }
      this.#render();
    }
    this.#running = false;
    this.#bar.hidden = true;
    if (!this.#blocked) this.#sum();
  }

  #waiting() {
    return this.#pictures.find((picture) => picture.outcome === undefined);
  }

  #sum() {
    const ready = this.#pictures.filter(({ outcome }) => {
      return outcome?.state === 'ready' && sentOf(outcome).length > 0;
    }).length;
    const count = this.#choice().fingerprints.length;
    if (count > this.#limit) this.#say('too-many-fingerprints', { count, limit: this.#limit });
    else if (this.#leftSome) this.#say('too-many', { limit: this.#limit });
    else if (this.#pictures.length === 0) this.#say('none-yet');
    else this.#say('all-done', { ready, total: this.#pictures.length });
  }

  /** @param {number} done */
  #show(done) {
    this.#bar.hidden = false;
    this.#bar.max = Math.max(1, this.#pictures.length);
    this.#bar.value = done;
  }

  /**
   * @param {string} key
   * @param {Record<string, number>} [fill]
   */
  #say(key, fill) {
    this.#status.textContent = this.#text(key, fill);
  }

  /** Bring the page in line with the pictures. */
  #render() {
    const { lines, fingerprints, canContinue: allDone } = this.#choice();
    const canContinue = allDone && fingerprints.length <= this.#limit;
    this.#pictures.forEach((picture, at) => {
      const line = /** @type {LineKey} */ (lines[at]);
      if (picture.shown !== line) this.#fillItem(picture, line);
    });
    this.#field.value = canContinue ? JSON.stringify(fingerprints) : '';
    this.#next.disabled = !canContinue;
  }

  /**
   * @param {string} name of the file; shown, never sent
   * @returns {HTMLLIElement}
   */
  #itemFor(name) {
    const item = document.createElement('li');
    item.className = 'picture';
    const title = element('p', 'picture-name', '');
    const isolated = document.createElement('bdi');
    isolated.textContent = name;
    title.append(isolated);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button--quiet';
    button.append(`${this.#text('remove')} `, element('span', 'visually-hidden', name));
    item.append(title, element('div', 'picture-outcome', ''), button);
    return item;
  }

  /**
   * @param {Picture} picture
   * @param {LineKey} line
   */
  #fillItem(picture, line) {
    picture.shown = line;
    picture.item.dataset.line = line;
    const place = /** @type {HTMLElement} */ (picture.item.querySelector('.picture-outcome'));
    const instead = line === 'same-picture' ? 'ready-good' : 'failed';
    const lineText = this.#text(line) || this.#text(instead);
    place.replaceChildren();
    if (line === 'waiting') return;
    place.append(element('p', 'picture-line', lineText));
    if (picture.outcome?.state !== 'ready') return;
    const { frames, also } = picture.outcome;
    // Of an animation the moments stay, so that others can be chosen.
    if (line === 'same-picture' && frames === undefined) return;
    if (frames !== undefined) {
      place.append(frameChoice(frames, this.#text, () => this.#rechoose(picture)));
    }
    if (also !== undefined) place.append(element('p', 'hint', this.#text('two-colours')));
    const details = document.createElement('details');
    details.append(element('summary', '', this.#text('exact-sent')));
    place.append(details);
    this.#showSent(picture);
  }

  /** @param {Picture} picture */
  #showSent(picture) {
    if (picture.outcome?.state !== 'ready') return;
    const details = picture.item.querySelector('.picture-outcome > details:last-child');
    details?.querySelectorAll('code').forEach((code) => code.remove());
    const codes = sentOf(picture.outcome).map(({ hex }) => element('code', 'code-value', hex));
    details?.append(...codes);
  }

  /**
   * Another frame was chosen: the line changes where it stands, since the focus is beside it.
   *
   * @param {Picture} picture
   */
  #rechoose(picture) {
    const at = this.#pictures.indexOf(picture);
    picture.shown = this.#choice().lines[at];
    picture.item.dataset.line = picture.shown;
    const line = picture.item.querySelector('.picture-line');
    if (line !== null && picture.shown !== undefined) line.textContent = this.#text(picture.shown);
    this.#showSent(picture);
    this.#render();
    this.#sum();
  }

  /** @param {Picture} picture */
  #remove(picture) {
    const at = this.#pictures.indexOf(picture);
    this.#pictures.splice(at, 1);
    picture.item.remove();
    this.#render();
    this.#leftSome = false;
    if (!this.#running) this.#sum();
    // The button that had the focus is gone: go to the next one, or back to choosing.
    const neighbour = this.#pictures[Math.min(at, this.#pictures.length - 1)];
    (neighbour?.item.querySelector('button') ?? this.#input).focus();
  }

  /**
   * No picture can be read in this browser: say so, take nothing more.
   *
   * @param {'guarded-browser' | 'unsupported'} state
   */
  #block(state) {
    this.#blocked = true;
    this.#pictures = [];
    this.#list.replaceChildren();
    this.#say('none-yet');
    const box = element('div', 'box box--careful', '');
    box.setAttribute('role', 'alert');
    this.#list.before(box);
    // Announced only if it is filled after it was put in place.
    box.append(element('p', '', this.#text(state) || this.#text('failed')));
    this.#input.disabled = true;
    this.#fingerprinter.stop();
  }
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} content
 */
function element(tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}

/** @type {PicturesPage | undefined} */
let here;

onEachPage(() => {
  const form = document.getElementById('pictures-form');
  here = form === null ? undefined : new PicturesPage(form);
});
// Leaving forgets everything, also for a page that the browser keeps to show again on Back.
onLeaving(() => here?.forget());
