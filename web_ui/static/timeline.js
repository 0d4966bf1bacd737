// @ts-check
/** The marks on the time line: moments, pauses, what is hidden, the loop, what is being trimmed. */
import { make, part } from "./dom.js";

/** @typedef {{kind: string, in_ms: number, out_ms: number | null}} Mark `out_ms` null: to the end */

export class Timeline {
  drawn = "";

  /** Drawn anew only when one of them moved. @param {Mark[]} marks @param {number} length_ms */
  draw(marks, length_ms) {
    const key = JSON.stringify([marks, Math.round(length_ms / 1000)]);
    if (key === this.drawn) return;
    this.drawn = key;
    const share = (/** @type {number} */ ms) => (100 * Math.min(1, Math.max(0, ms / (length_ms || 1)))).toFixed(3);
    part("marks").replaceChildren(
      ...marks.map(({ kind, in_ms, out_ms }) => {
        const mark = make("i", { class: kind });
        mark.style.setProperty("left", `${share(in_ms)}%`);
        mark.style.setProperty("right", `calc(100% - ${share(out_ms ?? length_ms)}%)`);
        return mark;
      }),
    );
  }
}
