// @ts-check
/**
 * What was seen in a film: its moments as a list, which of them are shown, and the parts that are hidden.
 * Apart from the player, which knows of pictures only.
 */
import { find, icon, make, part, say, show } from "./dom.js";
import { clock_time, count, fill, words } from "./words.js";
import { words as own } from "./words_player.js";

/**
 * @typedef {import("./tag_words.js").Tag} Tag
 * @typedef {{id: string, pts_ms: number, in_ms: number, out_ms: number, tags: string[], note: string, star: boolean,
 *            by: string, by_name: string | null, own: boolean, hidden: boolean}} Moment
 * @typedef {{id: string, in_ms: number, out_ms: number | null, why: string}} Hidden
 * @typedef {{play: (each: Moment) => void, repeat: (each: Moment, what: string) => void,
 *            trim: ((each: Moment, what: string) => void) | null}} Doing
 */

const PANEL = "panel";

export class Moments {
  /** @type {Moment[]} */
  all = [];
  /** @type {Hidden[]} */
  hidden = [];
  /** @type {Map<string, Tag>} */
  tags = new Map();
  by = "";
  tag = "";

  /** @param {string} session @param {Doing} doing @param {() => void} changed others are shown now */
  constructor(session, doing, changed) {
    this.session = session;
    this.address = `/sessions/${session}`;
    this.doing = doing;
    this.changed = changed;
    this.drawn = "";
    for (const name of /** @type {const} */ (["by", "tag"]))
      find(`only-${name}`, HTMLSelectElement).addEventListener("change", (event) => {
        this[name] = event.target instanceof HTMLSelectElement ? event.target.value : "";
        this.draw();
        this.changed();
      });
  }

  /** Those that the choice leaves. */
  get shown() {
    return this.all.filter((each) => (this.by === "" || coder(each) === this.by) && (this.tag === "" || each.tags.includes(this.tag)));
  }

  /** @param {{moments: Moment[], hidden: Hidden[]}} told @param {Map<string, Tag>} tags */
  hear({ moments, hidden }, tags) {
    [this.all, this.hidden, this.tags] = [moments, hidden, tags];
    if (!moments.some((each) => coder(each) === this.by)) this.by = "";
    if (!moments.some((each) => each.tags.includes(this.tag))) this.tag = "";
    this.draw();
  }

  /** Drawn anew only where something is different, so that nothing moves under a finger. */
  draw() {
    const { shown, all } = this;
    const key = JSON.stringify([all, this.by, this.tag, this.tags.size]);
    if (key === this.drawn) return;
    this.drawn = key;
    const some = all.length === 0 ? words.moments_none : count(all.length, words.moments_one, words.moments);
    say(part("moments-count"), shown.length === all.length ? some : fill(own.moments_of, { n: shown.length, all: all.length }));
    this.#choices();
    part("moments").replaceChildren(...shown.map((each) => this.#line(each)));
  }

  /** By whom and of which tag; neither is asked where there is nothing to choose. */
  #choices() {
    const coders = new Map(this.all.map((each) => [coder(each), coderWord(each)]));
    const tags = new Map(this.all.flatMap((each) => each.tags.map((tag) => [tag, this.wordOf(tag)])));
    choices(find("only-by", HTMLSelectElement), coders, own.by_all, this.by);
    choices(find("only-tag", HTMLSelectElement), tags, own.tag_all, this.tag);
    show(part("only"), coders.size > 1 || tags.size > 1);
  }

  /** @param {string} tag */
  wordOf(tag) {
    return this.tags.get(tag)?.word ?? tag.replace(/.*\//, "").replaceAll("-", " ");
  }

  /** @param {Moment} each */
  nameOf(each) {
    return each.tags.map((tag) => this.wordOf(tag)).join(", ") || (each.star ? words.star : words.moment);
  }

  /** @param {Moment} each */
  #line(each) {
    const { doing, address } = this;
    const what = this.nameOf(each);
    const picture = each.hidden
      ? make("span", { class: "still moment-shut" }, icon("eye-off"))
      : make("img", { src: `${address}/frame.jpg?pts_ms=${each.pts_ms}&width=160`, alt: "", loading: "lazy", width: 112, height: 63, decoding: "async" });
    const go = make("button", { class: "moment-go", disabled: each.hidden }, picture, make("span", { class: "unseen" }, `${words.play} `), this.#text(each));
    go.addEventListener("click", () => doing.play(each));
    const again = make("button", { class: "quiet", "aria-label": fill(words.loop_this, { what }), disabled: each.hidden }, icon("loop"));
    again.addEventListener("click", () => doing.repeat(each, what));
    const { trim } = doing;
    if (trim === null) return make("li", {}, go, again);
    const shown = make("a", { class: "button quiet", href: `/remote?session=${this.session}&moment=${each.id}`, "aria-label": fill(words.to_screen, { what }) }, icon("screen"));
    const cut = make("button", { class: "quiet", "aria-label": fill(own.trim_this, { what }), disabled: each.hidden }, icon("trim"));
    cut.addEventListener("click", () => trim(each, what));
    return make("li", {}, go, again, cut, each.hidden ? null : shown);
  }

  /** @param {Moment} each */
  #text(each) {
    const rows = (each.tags.length > 0 ? each.tags : [""]).map((tag) =>
      make("span", { class: "row" }, icon(tag === "" ? "star" : this.tags.get(tag)?.icon ?? "tag"),
        make("strong", { class: "capital" }, tag === "" ? this.nameOf(each) : this.wordOf(tag))));
    const times = make("span", { class: "figures" }, `${clock_time(each.in_ms)} – ${clock_time(each.out_ms)}`);
    const who = each.own ? null : make("span", {}, ` · ${coderWord(each)}`);
    const unseen = each.hidden ? make("span", {}, ` · ${own.hidden_moment}`) : null;
    const note = each.note === "" ? null : make("span", { class: "moment-note", dir: "auto" }, each.note);
    return make("span", { class: "moment-text" }, ...rows, make("span", { class: "soft" }, times, who, unseen), note);
  }
}

/** @param {Moment} each */
const coder = (each) => (each.own ? "own" : each.by);

/** @param {Moment} each */
function coderWord(each) {
  if (each.own) return own.by_own;
  return each.by === PANEL ? own.by_panel : each.by_name ?? own.by_gone;
}

/** @param {HTMLSelectElement} at @param {Map<string, string>} all @param {string} every @param {string} chosen */
function choices(at, all, every, chosen) {
  const options = [["", every], ...all].map(([value, word]) => make("option", { value: value ?? "", selected: value === chosen }, word ?? ""));
  at.replaceChildren(...options);
  show(at, all.size > 1);
}
