/**
 * Forms are sent from inside the page, and the answer takes the page's place. A browser remembers a
 * page that it reached by sending a form together with what was sent, and Chromium writes that to
 * its own disk, to open its windows again: the fingerprints, in each step after they were made. A
 * request of a script leads to no such page. The walk also stays one entry of the history, by the
 * address of its last page, which opened again leads to an empty form.
 *
 * A plain script and no module, first in the head: it is there before any form can be sent. Other
 * scripts hear `page:left` and `page:shown` at the document (see page-turns.js), and say
 * `page:exit` when the person leaves and no answer may be shown any more.
 */

'use strict';

{
  /** An answer that takes longer is announced. */
  const WAIT_MS = 700;
  /** So often a price may have gone up while it was being paid (bank/prices.py has five steps). */
  const MOST_PRICES = 8;

  /** @type {AbortController | undefined} */
  let sending;

  // In case this page did come by a form, as when this script could not be loaded before.
  window.history.replaceState(null, '', window.location.href);

  document.addEventListener('page:exit', () => sending?.abort());
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    // Without knowing the button (Safari before 15.4) "withdraw all" would lose its meaning.
    if (form.method !== 'post' || event.submitter === undefined) return;
    event.preventDefault();
    if (sending === undefined) void send(form, event.submitter);
  });

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   */
  async function send(form, button) {
    sending = new AbortController();
    const { signal } = sending;
    // Leaves a note under the form if the answer takes its time: the browser itself shows nothing.
    const waiting = window.setTimeout(() => {
      if (form.querySelector('progress[data-note]') === null) note(form, 'sending', 'status');
    }, WAIT_MS);
    try {
      const { response, answer } = await answered(form, fields(form, button), signal);
      if (signal.aborted) return;
      if (answer === undefined) {
        window.location.assign(response.url);
        return;
      }
      // The site can't save anything for a while: what was typed stays, to be sent again.
      if (response.status === 503) note(form, 'unavailable', 'alert');
      else show(answer, response.url);
    } catch {
      if (!signal.aborted) note(form, 'no-answer', 'alert');
    } finally {
      window.clearTimeout(waiting);
      sending = undefined;
    }
  }

  /**
   * Send a form, and pay as often as the site asks for work in place of waiting (see paying.js).
   *
   * @param {HTMLFormElement} form
   * @param {URLSearchParams} body
   * @param {AbortSignal} signal
   * @returns {Promise<{ response: Response, answer?: Document }>} without a page where the answer
   *   is another address
   */
  async function answered(form, body, signal) {
    await pay(document, form, body);
    for (let prices = 1; ; prices++) {
      // A name that is no property of the form: a field called "action" would hide that one.
      const response = await fetch(form.getAttribute('action') ?? '', {
        method: 'POST',
        body,
        cache: 'no-store',
        mode: 'same-origin',
        signal,
      });
      if (response.redirected) return { response };
      const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
      // What else may answer, such as a proxy, doesn't know this site's pages.
      if (answer.getElementById('main') === null) throw new Error('not a page of this site');
      if (response.status !== 429 || prices > MOST_PRICES || !(await pay(answer, form, body))) {
        return { response, answer };
      }
    }
  }

  /**
   * @param {Document} asking the page that may ask for work
   * @param {HTMLFormElement} form
   * @param {URLSearchParams} body to which the payment is added
   * @returns {Promise<boolean>} whether there is more than before
   */
  async function pay(asking, form, body) {
    if (asking.getElementById('work-asked') === null) return false;
    const { paymentFor } = await import('./paying.js');
    const paid = await paymentFor(asking, (share) => showWork(form, share));
    const more = paid.work !== undefined && paid.work !== body.get('work');
    for (const [name, value] of Object.entries(paid)) body.set(name, value);
    return more;
  }

  /**
   * @param {HTMLFormElement} form
   * @param {number} share how much is done, 0 to 1
   */
  function showWork(form, share) {
    const shown = form.querySelector('progress[data-note]');
    if (shown instanceof HTMLProgressElement) {
      shown.value = share;
      return;
    }
    note(form, 'working', 'status');
    const bar = document.createElement('progress');
    bar.dataset.note = '';
    bar.setAttribute('aria-label', text('work-done'));
    bar.value = share;
    form.append(bar);
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   * @returns {URLSearchParams} what the browser itself would send; files are no part of any form
   */
  function fields(form, button) {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') found.append(name, value);
    }
    if (button instanceof HTMLButtonElement && button.name) found.append(button.name, button.value);
    return found;
  }

  /**
   * @param {Document} answer
   * @param {string} url
   */
  function show(answer, url) {
    document.dispatchEvent(new Event('page:left'));
    for (const element of answer.querySelectorAll('noscript')) element.remove();
    document.title = answer.title;
    document.documentElement.lang = answer.documentElement.lang;
    document.documentElement.dir = answer.documentElement.dir;
    document.body.replaceWith(document.importNode(answer.body, true));
    window.history.replaceState(null, '', url);
    window.scrollTo(0, 0);
    // Where a page that was loaded is read from, or at what is wrong with the answers.
    const fault = document.querySelector('.box--error[tabindex]');
    const first = fault ?? document.querySelector('h1');
    if (first instanceof HTMLElement) {
      first.tabIndex = -1;
      first.focus();
    }
    document.dispatchEvent(new Event('page:shown'));
    // A module that was here before runs no second time; it has heard `page:shown`.
    for (const script of answer.querySelectorAll('head script[type=module]')) {
      void import(new URL(script.getAttribute('src') ?? '', url).href);
    }
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} key of the text
   * @param {'status' | 'alert'} role
   */
  function note(form, key, role) {
    for (const old of form.querySelectorAll('[data-note]')) old.remove();
    const place = document.createElement('p');
    place.dataset.note = '';
    place.setAttribute('role', role);
    if (role === 'alert') place.className = 'box box--error';
    form.append(place);
    // Announced only if it is filled after it was put in place.
    place.textContent = text(key);
  }

  /** @param {string} key */
  function text(key) {
    const texts = document.getElementById('sending-texts');
    if (!(texts instanceof HTMLTemplateElement)) return '';
    return texts.content.querySelector(`[data-text="${key}"]`)?.textContent ?? '';
  }
}
