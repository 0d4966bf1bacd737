// @ts-check
/**
 * Hold and slide: a button that is held opens a track under the thumb, and sliding up along it says how long ago.
 * Apart from the pad because what a thumb does is one thing and what is tagged another.
 */

export const OPEN_MS = 350;
export const MOST_S = 30;
/** A finger that moved further before the track opened wants something else: to scroll, or to take it back. */
export const STILL_PX = 12;
const CLOSEST_PX = 4;
const WIDEST_PX = 9;
const TOP_PX = 24;

/**
 * @typedef {object} Track where the thumb lies, and how far it must slide for a second
 * @property {number} x
 * @property {number} y
 * @property {number} px_per_s
 *
 * @typedef {object} Slide what a pad does with it; `back_s` 0 is the finger-down itself
 * @property {(track: Track) => void} opened
 * @property {(back_s: number) => void} moved
 * @property {(back_s: number) => void} placed let go at so many seconds before the finger went down
 * @property {() => void} cancelled slid back to where it began, or taken away by the phone
 */

/** As much of the way to the top as there is. @param {number} x @param {number} y @returns {Track} */
export function trackFrom(x, y) {
  return { x, y, px_per_s: Math.max(CLOSEST_PX, Math.min(WIDEST_PX, (y - TOP_PX) / MOST_S)) };
}

/** @param {Track} track @param {number} y @param {number} most_s @returns {number} whole seconds */
export function backAt({ y: from, px_per_s }, y, most_s = MOST_S) {
  return Math.max(0, Math.min(most_s, MOST_S, Math.round((from - y) / px_per_s)));
}

/**
 * @param {HTMLButtonElement} at @param {Slide} slide @param {() => number} most_s how far back the film goes
 * @param {() => void} pressed a tap that was no slide
 */
export function slidable(at, slide, most_s, pressed) {
  let timer = 0;
  /** @type {Track | null} */
  let track = null;
  let furthest_s = 0;
  let slid = false;
  let finger = -1;
  let [x, y] = [0, 0];
  const stop = () => {
    clearTimeout(timer);
    track = null;
    finger = -1;
  };
  at.addEventListener("pointerdown", (event) => {
    if (at.disabled || event.button !== 0 || finger >= 0) return;
    [finger, x, y, slid, furthest_s] = [event.pointerId, event.clientX, event.clientY, false, 0];
    timer = setTimeout(() => {
      track = trackFrom(x, y);
      if (at.hasPointerCapture?.(finger) === false) at.setPointerCapture(finger);
      navigator.vibrate?.(15);
      slide.opened(track);
    }, OPEN_MS);
  });
  at.addEventListener("pointermove", (event) => {
    if (event.pointerId !== finger) return;
    if (track === null) {
      if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) stop();
      return;
    }
    const back_s = backAt(track, event.clientY, most_s());
    furthest_s = Math.max(furthest_s, back_s);
    slide.moved(back_s);
  });
  at.addEventListener("pointerup", (event) => {
    if (event.pointerId !== finger) return;
    const from = track;
    stop();
    if (from === null) return;
    slid = true;
    const back_s = backAt(from, event.clientY, most_s());
    if (back_s === 0 && furthest_s > 0) slide.cancelled();
    else slide.placed(back_s);
  });
  at.addEventListener("pointercancel", () => {
    if (track !== null) slide.cancelled();
    stop();
  });
  at.addEventListener("touchmove", (event) => void (track !== null && event.preventDefault()), { passive: false });
  at.addEventListener("contextmenu", (event) => event.preventDefault());
  at.addEventListener("click", (event) => {
    stop();
    if (!slid || event.detail === 0) pressed();
    slid = false;
  });
}
