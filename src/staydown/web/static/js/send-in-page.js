/**
 * Forms are sent from inside the page, links are followed there, and the answer takes the page's
 * place. A browser remembers a page that it reached by sending a form together with what was sent,
 * and Chromium writes that to its own disk, to open its windows again: the fingerprints, in each
 * step after they were made. A request of a script leads to no such page. And a visit leaves no
 * trail of pages in the browser's history, for somebody to go back through (see page-history.js).
 *
 * A plain script and no module, in the head: it is there before any form can be sent. Other scripts
 * hear `page:left` and `page:shown` at the document (see page-turns.js), and say `page:exit` when
 * the person leaves and no answer may be shown any more.
 */

'use strict';

{
  /** An answer that takes longer is announced. */
  const WAIT_MS = 700;
  /** So often a price may have gone up while it was being paid (bank/prices.py has six steps). */
  const MOST_PRICES = 8;

  /**
   * @typedef {object} Asked
   * @property {string} url
   * @property {URLSearchParams} [body] of a form that is posted
   * @property {boolean} [step] whether the answer is a page to go back to
   * @property {boolean} [again] whether the page was seen before, and is gone back to
   * @property {HTMLElement} [from] the form or the link
   */

  /** @type {{ stop: AbortController, from: HTMLElement | undefined } | undefined} */
  let asking;

  document.addEventListener('page:exit', () => asking?.stop.abort());
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    // Without knowing the button (Safari before 15.4) "withdraw all" would lose its meaning.
    if (event.submitter === undefined) return;
    event.preventDefault();
    // Pressing twice sends once.
    if (asking?.from !== form) void ask(sent(form, event.submitter));
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (event.defaultPrevented || !(link instanceof HTMLAnchorElement) || !isOurs(link)) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    // A place on this page is no other page, and no entry of the history.
    if (link.hash && withoutHash(link.href) === withoutHash(window.location.href)) {
      window.location.replace(link.href);
    } else {
      void ask({ url: link.href, from: link });
    }
  });
  document.addEventListener('page:again', (event) => {
    if (event instanceof CustomEvent) void ask({ ...event.detail, again: true });
  });

  /** @param {HTMLAnchorElement} link whether it leads to a page of this site, in this tab */
  function isOurs(link) {
    return link.origin === window.location.origin && !link.target && link.dataset.file === undefined;
  }

  /** @param {string} url */
  function withoutHash(url) {
    return url.replace(/#.*$/s, '');
  }

  /** @param {Asked} asked */
  async function ask(asked) {
    asking?.stop.abort();
    const stop = new AbortController();
    const mine = (asking = { stop, from: asked.from });
    // Leaves a note by the form if the answer takes its time: the browser itself shows nothing.
    const waiting = window.setTimeout(() => {
      if (document.querySelector('progress[data-note]') === null) note(asked, 'sending', 'status');
    }, WAIT_MS);
    try {
      const { response, answer } = await answered(asked, stop.signal);
      if (stop.signal.aborted) return;
      if (answer !== undefined) use(asked, response, answer);
      // A file, or another site's page: for the browser itself.
      else if (asked.body === undefined) window.location.replace(asked.url);
      else throw new Error('not a page of this site');
    } catch {
      if (!stop.signal.aborted) failed(asked, 'no-answer');
    } finally {
      window.clearTimeout(waiting);
      if (asking === mine) asking = undefined;
    }
  }

  /**
   * Ask, and pay as often as the site asks for work in place of waiting (see paying.js).
   *
   * @param {Asked} asked
   * @param {AbortSignal} signal
   * @returns {Promise<{ response: Response, answer: Document | undefined }>}
   */
  async function answered(asked, signal) {
    // Not for a page that is gone back to: what this one asks work for is its own form.
    if (!asked.again) await pay(document, asked);
    for (let prices = 1; ; prices++) {
      const response = await fetch(asked.url, {
        method: asked.body === undefined ? 'GET' : 'POST',
        body: asked.body ?? null,
        cache: 'no-store',
        mode: 'same-origin',
        signal,
      });
      const answer = await pageOf(response);
      if (response.status !== 429 || prices > MOST_PRICES || !(await pay(answer, asked))) {
        return { response, answer };
      }
    }
  }

  /**
   * @param {Document | undefined} asking the page that may ask for work
   * @param {Asked} asked to whose body the payment is added
   * @returns {Promise<boolean>} whether there is more than before
   */
  async function pay(asking, asked) {
    const { body } = asked;
    if (body === undefined || asking?.getElementById('work-asked') == null) {
      return false;
    }
    const { paymentFor } = await import('./paying.js');
    const paid = await paymentFor(asking, (share) => showWork(asked, share));
    const more = paid.work !== undefined && paid.work !== body.get('work');
    for (const [name, value] of Object.entries(paid)) body.set(name, value);
    return more;
  }

  /**
   * @param {Asked} asked
   * @param {number} share how much is done, 0 to 1
   */
  function showWork(asked, share) {
    const shown = document.querySelector('progress[data-note]');
    if (shown instanceof HTMLProgressElement) {
      shown.value = share;
      return;
    }
    note(asked, 'working', 'status');
    const bar = document.createElement('progress');
    bar.dataset.note = '';
    bar.setAttribute('aria-label', text('work-done'));
    bar.value = share;
    asked.from?.append(bar);
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   * @returns {Asked}
   */
  function sent(form, button) {
    // A name that is no property of the form: a field called "action" would hide that one.
    const url = new URL(form.getAttribute('action') ?? '', window.location.href);
    const body = fields(form, button);
    // "GET" in the page means a search in what is shown, such as by country.
    if (form.getAttribute('method')?.toLowerCase() !== 'post') {
      url.search = body.toString();
      return { url: url.href, from: form };
    }
    return { url: url.href, body, step: form.dataset.step !== undefined, from: form };
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   * @returns {URLSearchParams} what the browser itself would send; files are no part of any form
   */
  function fields(form, button) {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') found.append(name, value.replace(/\r\n?|\n/g, '\r\n'));
    }
    if (button instanceof HTMLButtonElement && button.name) found.append(button.name, button.value);
    return found;
  }

  /**
   * @param {Response} response
   * @returns {Promise<Document | undefined>} nothing where it is no page of this site: what else
   *   may answer, such as a proxy, doesn't know these
   */
  async function pageOf(response) {
    const kind = response.headers.get('Content-Type') ?? '';
    if (!kind.startsWith('text/html') || response.headers.has('Content-Disposition')) {
      void response.body?.cancel();
      return undefined;
    }
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    return answer.getElementById('main') === null ? undefined : answer;
  }

  /**
   * @param {Asked} asked
   * @param {Response} response
   * @param {Document} answer
   */
  function use(asked, response, answer) {
    // The site can't save anything for a while: what was typed stays, to be sent again.
    if (asked.body !== undefined && response.status === 503) {
      failed(asked, 'unavailable');
      return;
    }
    document.dispatchEvent(new Event('page:left'));
    const turned = turn(asked, response);
    document.dispatchEvent(new CustomEvent(turned.name, { detail: turned }));
    show(answer, response.url);
  }

  /**
   * @param {Asked} asked
   * @param {Response} response
   */
  function turn({ body, step, again }, { url, redirected, ok }) {
    if (again) return { name: 'page:again-shown', url };
    const turned = { name: 'page:turned', url };
    if (body !== undefined && !redirected) {
      if (!ok) return { ...turned, how: 'same' };
      return step ? { ...turned, how: 'next', body } : { ...turned, how: 'end' };
    }
    const here = withoutHash(url) === withoutHash(window.location.href);
    return { ...turned, how: here ? 'same' : 'next' };
  }

  /**
   * @param {Document} answer
   * @param {string} url
   */
  function show(answer, url) {
    for (const element of answer.querySelectorAll('noscript')) element.remove();
    document.title = answer.title;
    document.documentElement.lang = answer.documentElement.lang;
    document.documentElement.dir = answer.documentElement.dir;
    document.body.replaceWith(document.importNode(answer.body, true));
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
   * @param {Asked} asked
   * @param {'no-answer' | 'unavailable'} key of the text
   */
  function failed(asked, key) {
    note(asked, key, 'alert');
    if (asked.again) document.dispatchEvent(new Event('page:again-failed'));
  }

  /**
   * @param {Asked} asked
   * @param {'sending' | 'working' | 'no-answer' | 'unavailable'} key of the text
   * @param {'status' | 'alert'} role
   */
  function note({ from }, key, role) {
    for (const old of document.querySelectorAll('[data-note]')) old.remove();
    const place = document.createElement('p');
    place.dataset.note = '';
    place.setAttribute('role', role);
    if (role === 'alert') place.className = 'box box--error';
    if (from instanceof HTMLFormElement) from.append(place);
    else if (from?.closest('li, p') != null) from.closest('li, p')?.append(place);
    else document.getElementById('main')?.prepend(place);
    // Announced only if it is filled after it was put in place.
    place.textContent = text(key === 'no-answer' && !(from instanceof HTMLFormElement) ? 'no-page' : key);
    place.scrollIntoView({ block: 'nearest' });
  }

  /** @param {string} key */
  function text(key) {
    const texts = document.getElementById('sending-texts');
    if (!(texts instanceof HTMLTemplateElement)) return '';
    return texts.content.querySelector(`[data-text="${key}"]`)?.textContent ?? '';
  }
}
