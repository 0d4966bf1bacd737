// @ts-check
/**
 * What was seen in a film that is being looked at, and what is written about it: moments, trims, notes, hidden parts.
 * Apart from the page of the player, which comes first: the film must not wait for what is said of it.
 */
import { Fault, ask } from "./api.js";
import { Captions } from "./captions.js";
import { button, part, say, show } from "./dom.js";
import { HZ } from "./frames.js";
import { HiddenParts, hiddenAt, whyHidden } from "./hidden_parts.js";
import { Moments } from "./moments.js";
import { Noting } from "./noting.js";
import { signInFor } from "./shell.js";
import { tagWords } from "./tag_words.js";
import { Trimming } from "./trimming.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_player.js";
import { write } from "./writing.js";

/**
 * @typedef {import("./moments.js").Moment} Moment
 * @typedef {import("./moments.js").Hidden} Hidden
 * @typedef {import("./timeline.js").Mark} Mark
 *
 * @typedef {object} Page of the player
 * @property {import("./player.js").Player} player
 * @property {string} session
 * @property {boolean} writes whether what is seen can be written down here: at a box, not at the desk
 * @property {(in_ms: number, out_ms: number) => Promise<void>} playPart over and over
 * @property {() => void} draw
 * @property {(fault: any) => void} failed null takes it away
 */

const LIVE_MS = 5000;
const IDLE_MS = 60_000;
const PANEL = "panel";

export class Seen {
  reading = false;
  /** Whether the parts that are hidden are known. */
  looked = false;
  timer = 0;
  /** Undoes what was written last. @type {(() => Promise<unknown>) | null} */
  undo = null;
  captions = new Captions();

  /** @param {Page} page */
  constructor(page) {
    const { player, session, writes } = page;
    const address = `/sessions/${session}`;
    this.page = page;
    this.moments = new Moments(
      session,
      {
        play: (each) => this.#play(each),
        repeat: ({ in_ms, out_ms }) => void page.playPart(in_ms, out_ms),
        trim: writes ? (each, what) => void this.trimming?.begin(each, what).catch(page.failed) : null,
      },
      page.draw,
    );
    this.hidden = new HiddenParts(writes ? (each) => this.#showAgain(each) : null);
    this.trimming = writes ? new Trimming(player, address, (...kept) => this.#keepTrim(...kept)) : null;
    this.noting = writes ? new Noting(player, (at_ms) => this.#momentAt(at_ms), (...kept) => this.#keepNote(...kept)) : null;
    button("captions").addEventListener("click", page.draw);
    if (writes) button("done-undo").addEventListener("click", () => void this.#takeBack());
    void this.load();
  }

  async load() {
    clearTimeout(this.timer);
    try {
      if (!document.hidden) {
        const told = await ask(`/api/sessions/${this.page.session}/moments`);
        this.#hide(told.hidden);
        this.moments.hear(told, await tagWords());
        this.reading = told.reading;
        show(part("reading"), this.reading);
        this.page.draw();
      }
    } catch (fault) {
      if (fault instanceof Fault && !signInFor(fault)) this.page.failed(fault);
    }
    this.timer = setTimeout(() => void this.load(), this.reading || this.page.player.live ? LIVE_MS : IDLE_MS);
  }

  /** What the browser has of a film in which other parts are hidden now must go. @param {Hidden[]} parts */
  #hide(parts) {
    const spans = (/** @type {Hidden[]} */ all) => JSON.stringify(all.map(({ in_ms, out_ms }) => [in_ms, out_ms]));
    const changed = this.looked && spans(parts) !== spans(this.moments.hidden);
    this.looked = true;
    this.hidden.draw(parts);
    this.moments.hidden = parts;
    if (changed) this.page.player.reload();
  }

  /** What belongs to the picture that is shown. @param {number} at_ms */
  draw(at_ms) {
    const here = this.moments.all.filter(({ in_ms, out_ms }) => at_ms >= in_ms && at_ms < out_ms);
    this.captions.show(here.map((each) => this.moments.nameOf(each)));
    this.#drawVeil(at_ms);
  }

  /** Over a picture that must not be seen any more, and over the live edge while a visitor is there.
   * @param {number} at_ms */
  #drawVeil(at_ms) {
    const { player } = this.page;
    const now = this.moments.hidden.find((each) => each.out_ms === null);
    const here = hiddenAt(this.moments.hidden, at_ms) ?? (player.live && player.following ? now : undefined);
    show(part("veil"), here !== undefined);
    if (here === undefined) return;
    const present = here.why === "visitor" && here.out_ms === null && player.live;
    say(part("veil-word"), present ? words.hidden_now : whyHidden(here));
  }

  /** @returns {Mark[]} for the time line */
  get marks() {
    const { hidden, shown } = this.moments;
    return [
      ...hidden.map(({ in_ms, out_ms }) => ({ kind: "unseen-part", in_ms, out_ms })),
      ...shown.map((each) => ({ kind: each.star ? "star" : "moment", in_ms: each.in_ms, out_ms: each.out_ms })),
      ...shown.map((each) => ({ kind: "tap", in_ms: each.pts_ms, out_ms: each.pts_ms })),
    ];
  }

  /** What is being trimmed. @returns {Mark | null} */
  get trimmed() {
    if (!this.trimming?.open) return null;
    return { kind: "loop", in_ms: (this.trimming.at.in * 1000) / HZ, out_ms: (this.trimming.at.out * 1000) / HZ };
  }

  /** While trimming, keys mean the moment's ends. @param {string} key @returns {boolean} whether it was one of them */
  key(key) {
    const { trimming } = this;
    if (key === "c") this.captions.toggle();
    else if (key === "n" && this.noting !== null) this.noting.begin();
    else if (!trimming?.open) return false;
    else if (key === "[" || key === "]") trimming.choose(key === "[" ? "in" : "out");
    else if (key === "i" || key === "o") trimming.here(key === "i" ? "in" : "out");
    else if (key === "," || key === ".") trimming.step(trimming.end, key === "," ? -1 : 1);
    else return false;
    this.page.draw();
    return true;
  }

  /** @param {Moment} each */
  #play(each) {
    this.page.player.endLoop();
    void this.page.player.jump(each.in_ms);
  }

  /** @param {Moment} moment @param {number} in_ms @param {number} out_ms */
  async #keepTrim(moment, in_ms, out_ms) {
    const told = fill(words.trimmed, { time: `${clock_time(in_ms)} – ${clock_time(out_ms)}` });
    if (await this.#write({ kind: "edit", op: moment.id, in_ms, out_ms }, told)) this.trimming?.close();
  }

  /** The moment that a note at this time belongs to: not one of somebody else's. @param {number} at_ms */
  #momentAt(at_ms) {
    const mine = this.moments.all.filter((each) => (each.own || each.by === PANEL) && at_ms >= each.in_ms && at_ms < each.out_ms);
    const [moment] = mine.sort((a, b) => Math.abs(a.pts_ms - at_ms) - Math.abs(b.pts_ms - at_ms));
    return moment === undefined ? null : { moment, what: this.moments.nameOf(moment) };
  }

  /** @param {string} note @param {number} at_ms */
  #keepNote(note, at_ms) {
    const told = fill(words.noted, { time: clock_time(at_ms) });
    const moment = this.#momentAt(at_ms)?.moment;
    if (moment === undefined) return this.#write({ kind: "moment", pts_ms: at_ms, tags: [], note }, told);
    return this.#write({ kind: "edit", op: moment.id, note: [moment.note, note].filter(Boolean).join("\n") }, told);
  }

  /** @param {Hidden} each */
  async #showAgain(each) {
    await this.#write({ kind: "undo", op: each.id }, words.shown_again);
  }

  /** Says what was done, with a way back. @param {Record<string, unknown>} op @param {string} sentence */
  async #write(op, sentence) {
    const { session, failed } = this.page;
    try {
      const id = await write(session, op);
      failed(null);
      this.undo = () => write(session, { kind: "undo", op: id });
      this.#tell(sentence);
      await this.load();
      return true;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      failed(fault);
      return false;
    }
  }

  async #takeBack() {
    const back = this.undo;
    try {
      await back?.();
      this.undo = null;
      this.#tell(words.undone);
      await this.load();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      this.page.failed(fault);
    }
  }

  /** @param {string} sentence */
  #tell(sentence) {
    show(part("done"), true);
    say(part("done-word"), sentence);
    show(button("done-undo"), this.undo !== null);
  }
}
