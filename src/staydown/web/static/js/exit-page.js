/**
 * Leave at once, and stay away. The page is blanked before anything is loaded, and its place in the
 * browser's history goes to another site. Also by pressing Shift three times.
 *
 * A page can't take back the other entries that it left in the history. So each page of the site
 * that is reached by Back or Forward from elsewhere leaves again, before anything of it is shown:
 * from where the person left to, or from a site that somebody else opened since. Back and Forward
 * inside the site load no page (see page-history.js). What the browser says of how a page was
 * reached is enough for this; nothing is kept.
 *
 * A plain script and no module, and the first thing in the head: it runs before the title is read.
 * Without it the link to the other site works as a link, and Back leads here.
 */

'use strict';

{
  const PRESSES = 3;
  const WITHIN_MS = 3000;
  /** A step inside the browser's history that takes longer isn't waited for. */
  const STEP_MS = 250;

  const elsewhere = new URL(document.currentScript?.dataset['exit'] ?? '', window.location.href);
  let left = false;
  /** @type {number[]} */
  let presses = [];

  // The second: the browser was told to stop on the way out, and the page asked for once more.
  if (cameBack() || window.history.state?.left === true) {
    window.stop();
    leave();
  }

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('#exit-page') : null;
    if (link === null) return;
    event.preventDefault();
    leave();
  });
  // In the capturing phase, so that no other script on the page can hold it back.
  window.addEventListener('keydown', press, { capture: true });
  // A browser may keep the page as it is, to show it again: it is kept hidden, and is looked at
  // before anything of it is seen.
  window.addEventListener('pagehide', () => {
    document.documentElement.hidden = true;
  });
  window.addEventListener('pageshow', (event) => {
    presses = [];
    if (event.persisted && (left || fromElsewhere())) leave();
    else if (!left) document.documentElement.hidden = false;
  });

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.key !== 'Shift') {
      presses = [];
    } else if (!event.repeat) {
      presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
      if (presses.length >= PRESSES) leave();
    }
  }

  /** Whether this page was loaded because somebody came to it by Back or Forward from elsewhere. */
  function cameBack() {
    const [reached] = performance.getEntriesByType('navigation');
    const type = reached instanceof PerformanceNavigationTiming ? reached.type : undefined;
    // A tab that the browser had put to sleep says the same when it wakes: nobody left it.
    const woken = 'wasDiscarded' in document && document.wasDiscarded === true;
    return type === 'back_forward' && !woken && fromElsewhere();
  }

  /** Whether the page before this one was of another site. Browsers that can't tell: yes. */
  function fromElsewhere() {
    if (elsewhere.origin === window.location.origin || !('navigation' in window)) return true;
    const { activation } = /** @type {{ activation?: { from: unknown } }} */ (window.navigation);
    return (activation?.from ?? null) === null;
  }

  function leave() {
    left = true;
    const turn = new Event('page:exit', { cancelable: true });
    const turned = !document.dispatchEvent(turn);
    document.title = '\u200b';
    document.documentElement.hidden = true;
    document.body?.replaceChildren();
    window.history.replaceState({ left }, '');
    // Where pages were turned, the visit has two entries: from the first one nothing stays behind.
    if (turned) stepBack();
    else window.location.replace(elsewhere.href);
  }

  function stepBack() {
    let gone = false;
    const go = () => {
      if (!gone) window.location.replace(elsewhere.href);
      gone = true;
    };
    window.addEventListener('popstate', go, { capture: true, once: true });
    window.setTimeout(go, STEP_MS);
    window.history.back();
  }
}
