// @ts-check
/**
 * What was tapped on this page, each with what became of it: shown as it is, undone, moved, noted.
 * Apart from the pad because a tap is kept, sent and shown in the same way whatever made it.
 */
import { button, make, part, say, show } from "./dom.js";
import { newId } from "./ids.js";
import { fill, words } from "./words.js";
import { words as own } from "./words_pad.js";

/**
 * @typedef {import("./queue.js").Op} Op
 * @typedef {import("./queue.js").View} View
 * @typedef {{op: Op, word: string, time: string, undone: boolean, earlier_s: number}} Tap one tap of this page
 */

const RECENT = 4;
export const STEP_S = 5;

export class Tapped {
  /** @type {Tap[]} the newest last */
  taps = [];
  /** @type {Set<string>} */
  waiting = new Set();
  /** @type {Op[]} */
  refused = [];

  /**
   * @param {(op: Op) => Promise<void>} add @param {(at_ms: number) => string} time_of as the page shows it
   * @param {() => void} changed
   */
  constructor(add, time_of, changed) {
    this.add = add;
    this.time_of = time_of;
    this.changed = changed;
  }

  /** @param {View} view */
  hear({ waiting, refused }) {
    this.waiting = new Set(waiting);
    this.refused = refused;
    this.draw();
  }

  /** Shown before it is kept: whoever tapped has looked away by then. @param {Op} op @param {string} word */
  async keep(op, word, earlier_s = 0) {
    this.shown(op, word, earlier_s);
    await this.add(op);
  }

  /** One that something else has kept. @param {Op} op @param {string} word */
  shown(op, word, earlier_s = 0) {
    this.taps.push({ op, word, time: this.time_of(op.tapped_ms), undone: false, earlier_s });
    this.draw();
  }

  /** The newest that was not taken back. */
  get last() {
    return [...this.taps].reverse().find((each) => !each.undone);
  }

  /** The newest moment that was not taken back. */
  get moment() {
    return [...this.taps].reverse().find((each) => !each.undone && each.op.kind === "moment");
  }

  /** @returns {Promise<Tap | undefined>} what was taken back */
  async undo() {
    const last = this.last;
    if (last === undefined) return undefined;
    last.undone = true;
    this.draw();
    await this.add({ id: newId(), kind: "undo", tapped_ms: Date.now(), op: last.op.id });
    return last;
  }

  /** The same moment a little earlier, as if it had been tapped then; kept before the other goes, so that none is lost.
   * @param {Tap} tap */
  async earlier(tap) {
    this.taps = this.taps.filter((each) => each !== tap);
    const { tags = [], note = "" } = tap.op;
    /** @type {Op} */
    const moved = { id: newId(), kind: "moment", tapped_ms: tap.op.tapped_ms - STEP_S * 1000, tags };
    await this.keep(note === "" ? moved : { ...moved, note }, tap.word, tap.earlier_s + STEP_S);
    await this.add({ id: newId(), kind: "undo", tapped_ms: Date.now(), op: tap.op.id });
  }

  /** @param {Tap} tap @param {string} note */
  async noted(tap, note) {
    tap.op.note = note;
    await this.add({ id: newId(), kind: "edit", tapped_ms: Date.now(), op: tap.op.id, note });
    say(part("last"), fill(words.noted, { time: tap.time, what: tap.word }));
  }

  /** Those of before this page that could not be saved. */
  get lost() {
    return this.refused.filter((op) => !this.taps.some((each) => each.op.id === op.id));
  }

  /** @param {Tap} each @returns {{mark: string, sentence: string, why?: string}} */
  #fate(each) {
    const no = this.refused.find((op) => op.id === each.op.id)?.refused;
    if (no !== undefined) return { mark: words.mark_refused, sentence: words.refused, why: no.what };
    if (each.undone) return { mark: words.mark_undone, sentence: words.undone };
    const kept = this.waiting.has(each.op.id);
    return kept ? { mark: words.mark_kept, sentence: words.kept } : { mark: words.mark_saved, sentence: words.saved };
  }

  draw() {
    const last = this.taps[this.taps.length - 1];
    if (last !== undefined) {
      const { sentence, why = "" } = this.#fate(last);
      const moved = last.earlier_s > 0 && !last.undone;
      const what = moved ? fill(own.moved, { what: last.word, n: last.earlier_s }) : last.word;
      say(part("last"), fill(sentence, { time: last.time, what, why }));
    }
    part("recent").replaceChildren(...this.taps.slice(-1 - RECENT, -1).map((each) => this.#line(each)).reverse());
    this.changed();
  }

  /** @param {Tap} each */
  #line(each) {
    return make(
      "li",
      { class: each.undone ? "is-undone" : "" },
      make("span", { class: "figures" }, each.time),
      make("span", {}, each.word),
      make("span", { class: "mark" }, this.#fate(each).mark),
    );
  }

  /** @param {boolean} can_earlier whether the film goes back that far */
  drawButtons(can_earlier) {
    const last = this.last;
    button("undo").disabled = last === undefined;
    if (last !== undefined) button("undo").setAttribute("aria-label", fill(words.undo_what, { what: last.word }));
    show(button("earlier"), can_earlier);
    if (can_earlier) button("earlier").setAttribute("aria-label", fill(own.earlier_what, { what: this.moment?.word ?? "" }));
  }
}
