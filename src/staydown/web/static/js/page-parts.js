/**
 * Finding what a page's template promised, and its texts, so that they can be translated there.
 *
 * @module
 */

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page lacks #${id}`);
  return found;
}

/**
 * The texts of `<template id="…">`: an element with `data-text="key"` for each.
 *
 * @param {string} id
 * @returns {(key: string, fill?: Record<string, number | string>) => string} the text of a key,
 *   `{name}` replaced by what `fill` names so; empty where the page has none
 */
export function textsOf(id) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const element of part(id, HTMLTemplateElement).content.querySelectorAll('[data-text]')) {
    texts.set(element.getAttribute('data-text') ?? '', element.textContent?.trim() ?? '');
  }
  return (key, fill = {}) =>
    (texts.get(key) ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(fill[name] ?? whole));
}
