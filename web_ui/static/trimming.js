// @ts-check
/**
 * Where a moment begins and ends, to the picture: two ends, each moved, stepped, or set to what stands on the screen.
 * Apart from the moments' list because only one moment is trimmed at a time, and all of it can be left again.
 */
import { button, find, part, say, show } from "./dom.js";
import { HZ } from "./frames.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_player.js";

/**
 * @typedef {import("./moments.js").Moment} Moment
 * @typedef {"in" | "out"} End
 * @typedef {import("./player.js").Player} Player
 */

/** How far beyond its ends a moment can be drawn out in one go. */
const ROOM_MS = 15_000;
const WIDTH_PX = 320;
/** Into the picture, however its time was rounded; less than one of 60 pictures a second lasts. */
const INTO_MS = 8;
const ENDS = /** @type {const} */ (["in", "out"]);

/** @param {number} pts */
const ms = (pts) => Math.round((pts * 1000) / HZ);

/** With tenths, as one sees them go by. @param {number} at_ms */
export const exact = (at_ms) => `${clock_time(at_ms)}.${Math.floor((at_ms % 1000) / 100)}`;

export class Trimming {
  /** @type {Moment | null} */
  moment = null;
  /** First and last picture, in 1/90,000 s. */
  at = { in: 0, out: 0 };
  /** Which end the steps move. @type {End} */
  end = "in";
  /** Moves wait for one another, so that each is from where the one before it came to. */
  work = Promise.resolve();

  /**
   * @param {Player} player @param {string} address of the session
   * @param {(moment: Moment, in_ms: number, out_ms: number) => Promise<void>} keep
   */
  constructor(player, address, keep) {
    this.player = player;
    this.address = address;
    this.keep = keep;
    for (const end of ENDS) {
      button(`trim-${end}-back`).addEventListener("click", () => this.step(end, -1));
      button(`trim-${end}-on`).addEventListener("click", () => this.step(end, 1));
      button(`trim-${end}-here`).addEventListener("click", () => this.here(end));
      const range = find(`trim-${end}`, HTMLInputElement);
      range.addEventListener("input", () => this.#moves(end, () => this.player.frames.at((Number(range.value) * HZ) / 1000)));
    }
    button("trim-play").addEventListener("click", () => void this.play());
    button("trim-keep").addEventListener("click", () => void this.#keep());
    button("trim-leave").addEventListener("click", () => this.close());
  }

  get open() {
    return this.moment !== null;
  }

  /** @param {Moment} moment @param {string} what */
  async begin(moment, what) {
    this.moment = moment;
    this.player.endLoop();
    say(part("trim-title"), fill(words.trimming, { what }));
    const last_ms = Math.round(this.player.length_s * 1000);
    const [a, b] = await Promise.all([
      this.player.frames.from((moment.in_ms * HZ) / 1000),
      this.player.frames.at((Math.min(moment.out_ms, last_ms) * HZ) / 1000),
    ]);
    if (this.moment !== moment) return;
    this.at = { in: a.pts, out: Math.max(a.pts, b.pts) };
    for (const end of ENDS) {
      const range = find(`trim-${end}`, HTMLInputElement);
      range.min = String(Math.max(0, moment.in_ms - ROOM_MS));
      range.max = String(Math.min(last_ms, moment.out_ms + ROOM_MS));
    }
    show(part("trim"), true);
    this.choose("in");
    part("trim").scrollIntoView({ block: "nearest" });
    find("trim-in", HTMLInputElement).focus({ preventScroll: true });
  }

  close() {
    this.moment = null;
    this.player.endLoop();
    show(part("trim"), false);
  }

  /** The end that `,` and `.` move; its picture stands on the screen. @param {End} end */
  choose(end) {
    this.end = end;
    this.#draw();
    void this.player.stand(ms(this.at[end]));
  }

  /** @param {End} end @param {1 | -1} by */
  step(end, by) {
    this.#moves(end, () => this.player.frames.step(this.at[end], by));
  }

  /** @param {End} end */
  here(end) {
    const pts = this.player.picture_s * HZ;
    this.#moves(end, () => this.player.frames.at(pts));
  }

  async play() {
    if (!(await this.player.setLoop(ms(this.at.in), ms(this.at.out)))) return;
    await this.player.jump(ms(this.at.in));
  }

  /** @param {End} end @param {() => Promise<{pts: number} | null>} find_picture */
  #moves(end, find_picture) {
    this.player.endLoop();
    const { moment } = this;
    this.work = this.work.then(async () => {
      const to = await find_picture().catch((fault) => this.player.failed(fault));
      if (!to || this.moment !== moment) return;
      this.at[end] = to.pts;
      this.choose(end);
    });
  }

  async #keep() {
    const { moment, at } = this;
    if (moment === null || at.out <= at.in) return;
    await this.keep(moment, ms(at.in), ms(at.out));
  }

  #draw() {
    const ordered = this.at.out > this.at.in;
    for (const end of ENDS) {
      const at_ms = ms(this.at[end]);
      const range = find(`trim-${end}`, HTMLInputElement);
      if (document.activeElement !== range || Math.abs(Number(range.value) - at_ms) > 100) range.value = String(at_ms);
      const sentence = fill(end === "in" ? words.trim_from : words.trim_to, { time: exact(at_ms) });
      say(part(`trim-${end}-word`), sentence);
      range.setAttribute("aria-valuetext", sentence);
      part(`trim-${end}-side`).classList.toggle("is-chosen", end === this.end);
      const still = find(`trim-${end}-still`, HTMLImageElement);
      const source = `${this.address}/frame.jpg?pts_ms=${at_ms + INTO_MS}&width=${WIDTH_PX}`;
      if (still.getAttribute("src") !== source) still.src = source;
    }
    say(part("trim-error"), ordered ? "" : words.trim_order);
    button("trim-keep").disabled = button("trim-play").disabled = !ordered;
  }
}
