/**
 * The step at which pictures are chosen: each becomes a fingerprint here, in the person's own
 * browser. Nothing on this page sends anything but the form, and all that the form holds of a
 * picture is its fingerprint. File names are shown and go nowhere.
 *
 * @module
 */

import { choiceOf } from './choice.js';
import { Fingerprinter } from './fingerprinter.js';
import { part, textsOf } from './page-parts.js';

/** @typedef {import('./choice.js').LineKey} LineKey */
/** @typedef {import('./outcome.js').Outcome} Outcome */

/**
 * @typedef {object} Picture
 * @property {File | undefined} file let go as soon as its outcome is there
 * @property {Outcome | undefined} outcome
 * @property {HTMLLIElement} item
 * @property {LineKey | undefined} shown the line that the item shows
 */

const form = part('pictures-form', HTMLFormElement);
const input = part('picture-files', HTMLInputElement);
const list = part('pictures-list', HTMLUListElement);
const status = part('pictures-status', HTMLElement);
const bar = part('pictures-progress', HTMLProgressElement);
const field = part('fingerprints', HTMLInputElement);
const next = part('pictures-continue', HTMLButtonElement);
const text = textsOf('pictures-texts');
const limit = Number(form.dataset.limit ?? 50);

const fingerprinter = new Fingerprinter();
/** @type {Picture[]} */
let pictures = [];
let running = false;
let blocked = false;
/** Whether more pictures were chosen last than the limit allows. */
let leftSome = false;

input.addEventListener('change', () => add(Array.from(input.files ?? [])));
form.addEventListener('submit', (event) => {
  if (!choice().canContinue) event.preventDefault();
});
// Leaving forgets everything, also for a page that the browser keeps to show again on Back.
window.addEventListener('pagehide', forget);
// Somebody quick may have chosen pictures before this script was there to notice.
const early = Array.from(input.files ?? []);
forget();
add(early);

function choice() {
  return choiceOf(pictures.map((picture) => picture.outcome));
}

/** @param {File[]} files */
function add(files) {
  input.value = '';
  if (blocked || files.length === 0) return;
  const taken = files.slice(0, Math.max(0, limit - pictures.length));
  for (const file of taken) {
    /** @type {Picture} */
    const picture = { file, outcome: undefined, item: itemFor(file.name), shown: undefined };
    picture.item.querySelector('button')?.addEventListener('click', () => remove(picture));
    list.append(picture.item);
    pictures.push(picture);
  }
  leftSome = taken.length < files.length;
  render();
  void run();
}

/** Work through the pictures that have no outcome, one after the other. */
async function run() {
  if (running) return;
  running = true;
  for (let picture = waiting(); picture?.file !== undefined; picture = waiting()) {
    const done = pictures.filter((other) => other.outcome !== undefined).length;
    say('working', { number: done + 1, total: pictures.length });
    show(done);
    const outcome = await fingerprinter.fingerprint(picture.file, (share) => show(done + share));
    picture.outcome = outcome;
    picture.file = undefined;
    if (outcome.state === 'guarded-browser' || outcome.state === 'unsupported') {
      block(outcome.state);
    }
    render();
  }
  running = false;
  bar.hidden = true;
  if (!blocked) sum();
}

function waiting() {
  return pictures.find((picture) => picture.outcome === undefined);
}

function sum() {
  const ready = choice().fingerprints.length;
  if (leftSome) say('too-many', { limit });
  else if (pictures.length === 0) say('none-yet');
  else say('all-done', { ready, total: pictures.length });
}

/** @param {number} done */
function show(done) {
  bar.hidden = false;
  bar.max = Math.max(1, pictures.length);
  bar.value = done;
}

/**
 * @param {string} key
 * @param {Record<string, number>} [fill]
 */
function say(key, fill) {
  status.textContent = text(key, fill);
}

/** Bring the page in line with the pictures. */
function render() {
  const { lines, fingerprints, canContinue } = choice();
  pictures.forEach((picture, at) => {
    const line = /** @type {LineKey} */ (lines[at]);
    if (picture.shown !== line) fillItem(picture, line);
  });
  field.value = canContinue ? JSON.stringify(fingerprints) : '';
  next.disabled = !canContinue;
}

/**
 * @param {string} name of the file; shown, never sent
 * @returns {HTMLLIElement}
 */
function itemFor(name) {
  const item = document.createElement('li');
  item.className = 'picture';
  const title = element('p', 'picture-name', '');
  const isolated = document.createElement('bdi');
  isolated.textContent = name;
  title.append(isolated);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button--quiet';
  button.append(`${text('remove')} `, element('span', 'visually-hidden', name));
  item.append(title, element('div', 'picture-outcome', ''), button);
  return item;
}

/**
 * @param {Picture} picture
 * @param {LineKey} line
 */
function fillItem(picture, line) {
  picture.shown = line;
  picture.item.dataset.line = line;
  const place = /** @type {HTMLElement} */ (picture.item.querySelector('.picture-outcome'));
  const lineText = text(line) || text(line === 'same-picture' ? 'ready-good' : 'failed');
  place.replaceChildren();
  if (line === 'waiting') return;
  place.append(element('p', 'picture-line', lineText));
  if (picture.outcome?.state === 'ready' && line !== 'same-picture') {
    const details = document.createElement('details');
    details.append(
      element('summary', '', text('exact-sent')),
      element('code', 'code-value', picture.outcome.hex),
    );
    place.append(details);
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

/** @param {Picture} picture */
function remove(picture) {
  const at = pictures.indexOf(picture);
  pictures.splice(at, 1);
  picture.item.remove();
  render();
  leftSome = false;
  if (!running) sum();
  // The button that had the focus is gone: go to the next one, or back to choosing.
  const neighbour = pictures[Math.min(at, pictures.length - 1)];
  (neighbour?.item.querySelector('button') ?? input).focus();
}

/**
 * No picture can be read in this browser: say so, take nothing more.
 *
 * @param {'guarded-browser' | 'unsupported'} state
 */
function block(state) {
  blocked = true;
  pictures = [];
  list.replaceChildren();
  say('none-yet');
  const box = element('div', 'box box--careful', '');
  box.setAttribute('role', 'alert');
  list.before(box);
  // Announced only if it is filled after it was put in place.
  box.append(element('p', '', text(state) || text('failed')));
  input.disabled = true;
  fingerprinter.stop();
}

function forget() {
  pictures = [];
  list.replaceChildren();
  field.value = '';
  input.value = '';
  next.disabled = true;
  bar.hidden = true;
  fingerprinter.stop();
  if (!blocked) say('none-yet');
}
