/**
 * Buttons that print the page; hidden without JavaScript, as they could do nothing.
 *
 * @module
 */

import { onEachPage } from './page-turns.js';

onEachPage(() => {
  for (const button of document.querySelectorAll('button[data-print]')) {
    if (button instanceof HTMLButtonElement) {
      button.hidden = false;
      button.addEventListener('click', () => window.print());
    }
  }
});
