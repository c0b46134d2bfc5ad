/**
 * Leave at once: the page is blanked before anything is loaded, and its place in the history goes
 * to the other page, so that Back does not lead here. Also by pressing Shift three times. Without
 * this script the same link works as a link.
 *
 * @module
 */

const PRESSES = 3;
const WITHIN_MS = 3000;

const link = document.getElementById('exit-page');
/** @type {number[]} */
let presses = [];
/** @type {string | undefined} where the person left to */
let left;

document.addEventListener('click', (event) => {
  const link = exitLink();
  if (link === undefined || !(event.target instanceof Node && link.contains(event.target))) return;
  event.preventDefault();
  leave(link.href);
});
// In the capturing phase, so that no other script on the page can hold it back.
window.addEventListener('keydown', press, { capture: true });
window.addEventListener('pageshow', (event) => {
  presses = [];
  // Kept by the browser and shown again: whoever left this page does not want to see it.
  if (event.persisted && left !== undefined) leave(left);
});

/** Looked for each time: the answer to a form may have taken the place of the page before. */
function exitLink() {
  const link = document.getElementById('exit-page');
  return link instanceof HTMLAnchorElement ? link : undefined;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.key !== 'Shift') {
    presses = [];
  } else if (!event.repeat) {
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    const link = exitLink();
    if (presses.length >= PRESSES && link !== undefined) leave(link.href);
  }
}

/** @param {string} href */
function leave(href) {
  left = href;
  document.dispatchEvent(new Event('page:exit'));
  document.title = '\u200b';
  document.body.replaceChildren();
  document.body.hidden = true;
  window.location.replace(href);
}
