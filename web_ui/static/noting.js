// @ts-check
/**
 * A note on the picture that stands on the screen: typing holds the film, Enter keeps the note and goes on.
 * Apart because the keys mean something else here than everywhere else on the page.
 */
import { find, part, say, show } from "./dom.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_player.js";

/** @typedef {import("./moments.js").Moment} Moment */

export class Noting {
  /** Where the film was held for it. @type {number | null} */
  at_ms = null;
  resumes = false;

  /**
   * @param {import("./player.js").Player} player
   * @param {(at_ms: number) => {moment: Moment, what: string} | null} find_moment the one that a note there belongs to
   * @param {(note: string, at_ms: number) => Promise<boolean>} keep whether it was kept
   */
  constructor(player, find_moment, keep) {
    this.player = player;
    this.find_moment = find_moment;
    this.keep = keep;
    this.field = find("note", HTMLTextAreaElement);
    this.field.addEventListener("focus", () => this.#hold());
    this.field.addEventListener("input", () => this.#hold());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    find("note-keep", HTMLButtonElement).addEventListener("click", () => void this.#done());
  }

  begin() {
    this.field.focus();
  }

  #hold() {
    if (this.at_ms !== null) return;
    this.resumes = !this.player.stands;
    this.at_ms = Math.round(this.player.picture_s * 1000);
    void this.player.hold();
    const found = this.find_moment(this.at_ms);
    const time = clock_time(this.at_ms);
    say(part("note-on"), found === null ? fill(words.note_new, { time }) : fill(words.note_on, { time, what: found.what }));
    show(part("note-doing"), true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#leave();
      this.field.blur();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.#done();
    }
  }

  async #done() {
    const note = this.field.value.trim();
    const { at_ms, resumes } = this;
    if (at_ms !== null && note !== "" && !(await this.keep(note, at_ms))) return;
    this.#leave();
    this.field.blur();
    if (resumes) await this.player.play();
  }

  #leave() {
    this.at_ms = null;
    this.field.value = "";
    show(part("note-doing"), false);
  }
}
