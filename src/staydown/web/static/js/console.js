/**
 * A platform's preview of an item: not fetched before it is asked for, then blurred, then clear,
 * then gone again. A button with `data-shows="id"` works an `<img id data-src hidden>`.
 *
 * @module
 */

for (const button of document.querySelectorAll('button[data-shows]')) {
  const image = document.getElementById(button.getAttribute('data-shows') ?? '');
  if (button instanceof HTMLButtonElement && image instanceof HTMLImageElement) {
    prepare(button, image);
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLImageElement} image
 */
function prepare(button, image) {
  const show = button.textContent ?? '';
  button.addEventListener('click', () => {
    if (image.hidden) {
      image.classList.add('preview-blur');
      image.src = image.dataset.src ?? '';
      image.hidden = false;
      button.textContent = button.dataset.unblur ?? show;
    } else if (image.classList.contains('preview-blur')) {
      image.classList.remove('preview-blur');
      button.textContent = button.dataset.hide ?? show;
    } else {
      image.hidden = true;
      image.removeAttribute('src');
      button.textContent = show;
    }
  });
}
