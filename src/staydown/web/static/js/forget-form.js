/**
 * The browser forgets the form that led to this page. It would keep what was sent, such as the
 * fingerprints, as long as the page is open, and Chromium writes that to its own disk, to open its
 * windows again. Afterwards Reload opens the page by its address, which leads to an empty form.
 *
 * @module
 */

window.history.replaceState(null, '', window.location.href);
