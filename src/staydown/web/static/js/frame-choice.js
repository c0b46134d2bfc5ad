/**
 * The frames of an animation to choose from. They are small, and closed until the person opens
 * them: what is on the screen may be seen by others.
 *
 * @module
 */

/** @typedef {import('./outcome.js').Frame} Frame */

let lists = 0;

/**
 * @param {Frame[]} frames whose `chosen` is kept as the person chooses
 * @param {(key: string, fill?: Record<string, number>) => string} text
 * @param {() => void} changed called after each choice
 * @returns {HTMLDetailsElement}
 */
export function frameChoice(frames, text, changed) {
  lists += 1;
  const details = document.createElement('details');
  details.className = 'frame-choice';
  const summary = document.createElement('summary');
  summary.textContent = text('choose-frames', { count: frames.length });
  const group = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = text('frames-legend');
  group.append(legend);
  for (const frame of frames) group.append(choiceOf(frame, text, changed));
  const missing = document.createElement('p');
  missing.className = 'hint';
  missing.textContent = text('frames-missing');
  details.append(summary, group, missing);
  return details;
}

/**
 * @param {Frame} frame
 * @param {(key: string, fill?: Record<string, number>) => string} text
 * @param {() => void} changed
 * @returns {HTMLElement}
 */
function choiceOf(frame, text, changed) {
  const id = `frame-${lists}-${frame.number}`;
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.id = id;
  box.checked = frame.chosen;
  box.addEventListener('change', () => {
    frame.chosen = box.checked;
    changed();
  });
  const label = document.createElement('label');
  label.htmlFor = id;
  const name = document.createElement('span');
  name.textContent = text('frame', { number: frame.number });
  label.append(drawn(frame.picture), name);
  const line = document.createElement('div');
  line.className = 'frame';
  line.append(box, label);
  return line;
}

/**
 * @param {ImageBitmap} picture
 * @returns {HTMLCanvasElement} beside its name, so that it says nothing to a screen reader
 */
function drawn(picture) {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute('aria-hidden', 'true');
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  return canvas;
}
