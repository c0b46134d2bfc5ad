/**
 * Running once for each page that is shown, though the answer to a form takes the place of a page
 * without loading a new one (see send-in-page.js).
 *
 * @module
 */

/** @param {() => void} show called now, and again after each answer that was shown */
export function onEachPage(show) {
  document.addEventListener('page:shown', show);
  show();
}

/** @param {() => void} leave called when the browser leaves, or an answer takes the page's place */
export function onLeaving(leave) {
  window.addEventListener('pagehide', leave);
  document.addEventListener('page:left', leave);
}
