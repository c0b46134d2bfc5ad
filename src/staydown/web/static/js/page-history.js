/**
 * Back inside the site. A visit takes two entries of the browser's history at most, however many
 * pages were seen, so that *Exit this page* can take both away (see exit-page.js): the first page's,
 * and one for all that came after it. Which pages these were is known in this open page alone, and
 * gone with it. On Back, the page before is asked for again and shown, and the browser goes forward
 * to the second entry, as long as there is a page to go back to.
 *
 * A step of the walk is asked for with the answers that led to it. Pages that show a case are not:
 * the way back to them is their empty form.
 *
 * A plain script, before send-in-page.js, which tells of each page with `page:turned`, and is asked
 * for one with `page:again`.
 */

'use strict';

{
  /**
   * @typedef {object} Seen
   * @property {string} url
   * @property {URLSearchParams} [body] of a step: the answers that lead to it
   */
  /**
   * @typedef {object} Turned
   * @property {string} url
   * @property {URLSearchParams} [body]
   * @property {'next' | 'same' | 'end'} how `same`: what was asked is asked again; `end`: the walk
   *   is over, and its steps are no pages to go back to
   */

  /** @type {[Seen, ...Seen[]]} the page that is shown comes last */
  let seen = [{ url: window.location.href }];
  /** Whether the browser is at the second entry. */
  let second = window.history.state?.second === true;
  /** Whether this very page added it: then both entries are sure to be its own. */
  let added = false;
  /** @type {'back' | 'forward' | undefined} what a page was asked for that isn't here yet */
  let awaited;
  /** Whether the browser is on its way to the second entry, where the right page is shown. */
  let returning = false;
  let left = false;

  // Without what was sent, in case this page did come by a form.
  mark(window.location.href);
  window.history.scrollRestoration = 'manual';

  document.addEventListener('page:turned', (event) => {
    if (event instanceof CustomEvent) turned(event.detail);
  });
  document.addEventListener('page:again-shown', (event) => {
    if (event instanceof CustomEvent) arrived(event.detail.url);
  });
  document.addEventListener('page:again-failed', () => {
    if (awaited === 'back' && seen.length > 1) forward();
    awaited = undefined;
  });
  document.addEventListener('page:exit', (event) => {
    left = true;
    if (second && added) event.preventDefault();
    seen = [{ url: '' }];
  });
  window.addEventListener('popstate', moved);
  window.addEventListener('hashchange', () => mark(window.location.href));

  /** @param {Turned} page */
  function turned({ url, body, how }) {
    awaited = undefined;
    if (how === 'end') {
      while (seen.length > 1 && seen.at(-1)?.body !== undefined) seen.pop();
      seen[seen.length - 1] = { url };
    } else if (how === 'next') {
      seen.push(body === undefined ? { url } : { url, body });
      if (!second) {
        second = added = true;
        window.history.pushState({ second }, '', url);
        return;
      }
    }
    mark(url);
  }

  function moved() {
    if (left) return;
    const at = window.history.state?.second;
    if (returning) {
      returning = false;
      second = true;
      mark(seen.at(-1)?.url ?? window.location.href);
      return;
    }
    // A place on the page that is shown.
    if (at === undefined) {
      mark(window.location.href);
      return;
    }
    second = at;
    awaited = second ? 'forward' : 'back';
    const before = second ? undefined : seen.at(-2);
    const detail = before ?? { url: window.location.href };
    document.dispatchEvent(new CustomEvent('page:again', { detail }));
  }

  /** @param {string} url that the page really came from */
  function arrived(url) {
    if (awaited === 'back') {
      if (seen.length > 1) seen.pop();
      else seen = [{ url }];
      if (seen.length > 1) forward();
      else mark(url);
    } else {
      seen.push({ url });
      mark(url);
    }
    awaited = undefined;
  }

  function forward() {
    returning = true;
    window.history.forward();
  }

  /** @param {string} url */
  function mark(url) {
    window.history.replaceState({ second }, '', url);
  }
}
