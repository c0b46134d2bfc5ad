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
let left = false;

if (link instanceof HTMLAnchorElement) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    leave(link.href);
  });
  // In the capturing phase, so that no other script on the page can hold it back.
  window.addEventListener('keydown', (event) => press(event, link.href), { capture: true });
  window.addEventListener('pageshow', (event) => {
    presses = [];
    // Kept by the browser and shown again: whoever left this page does not want to see it.
    if (event.persisted && left) leave(link.href);
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {string} href
 */
function press(event, href) {
  if (event.key !== 'Shift') {
    presses = [];
  } else if (!event.repeat) {
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave(href);
  }
}

/** @param {string} href */
function leave(href) {
  left = true;
  document.title = '\u200b';
  document.body.replaceChildren();
  document.body.hidden = true;
  window.location.replace(href);
}
