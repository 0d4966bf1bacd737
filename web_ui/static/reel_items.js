// @ts-check
/** One item of a reel as a row that can be changed: its place, its speed, its words, and what to ask. */
import { icon, make } from "./dom.js";
import { stillOf } from "./moment_rows.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_remote.js";

/**
 * @typedef {{kind: "clip", session: string, in_ms: number, out_ms: number, speed: number, loops: number, hold_ms: number | null, prompts: string[]}} Clip
 * @typedef {{kind: "still", session: string, pts_ms: number, prompts: string[]}} Still
 * @typedef {{kind: "card", text: string, prompts: string[]}} Card
 * @typedef {Clip | Still | Card} Item
 * @typedef {object} Place
 * @property {number | null} number of its film; null for a card, and for a film that is here no more
 * @property {boolean} first
 * @property {boolean} last
 * @property {() => void} changed
 * @property {(by: -1 | 1) => void} move
 * @property {() => void} out
 */

const SPEEDS = [[1, words.speed_1], [0.5, words.speed_half], [0.25, words.speed_quarter]];
const PROMPTS = [[words.ask_first, words.see], [words.ask_second, words.feel], [words.ask_third, words.think]];
let made = 0;

/** @param {Item} item @param {Place} place */
export function itemRow(item, place) {
  const what = item.kind === "card" ? fill(words.card, { text: item.text }) : place.number === null ? words.not_here : filmOf(item, place.number);
  const head = make("div", { class: "reel-head" },
    item.kind === "card" || place.number === null ? icon(item.kind === "card" ? "words" : "films") : stillOf(item.session, item.kind === "clip" ? item.in_ms : item.pts_ms),
    make("div", {}, make("p", {}, make("strong", {}, what)), lengthOf(item)));
  return make("li", {}, head, item.kind === "card" ? cardField(item, place) : null, item.kind === "clip" ? speedField(item, place) : null, asking(item, place), moves(what, place));
}

/** @param {Clip | Still} item @param {number} number */
function filmOf(item, number) {
  return fill(words.of_film, { number, time: clock_time(item.kind === "clip" ? item.in_ms : item.pts_ms) });
}

/** @param {Item} item */
function lengthOf(item) {
  if (item.kind !== "clip") return "";
  return make("p", { class: "soft small figures" }, fill(words.long, { time: clock_time((item.out_ms - item.in_ms) / item.speed) }));
}

/** @param {string} label @param {HTMLElement} field */
function labelled(label, field) {
  made += 1;
  field.id = `reel-field-${made}`;
  return make("div", { class: "field" }, make("label", { for: field.id }, label), field);
}

/** @param {Card} item @param {Place} place */
function cardField(item, place) {
  const text = make("textarea", { maxlength: 280, rows: 2 });
  text.value = item.text;
  text.addEventListener("change", () => {
    if (text.value.trim() === "") return;
    item.text = text.value.trim();
    place.changed();
  });
  return labelled(words.card_text, text);
}

/** @param {Clip} item @param {Place} place */
function speedField(item, place) {
  const speed = make("select", {}, ...SPEEDS.map(([value, word]) => make("option", { value: String(value), selected: value === item.speed }, String(word))));
  speed.addEventListener("change", () => {
    item.speed = Number(speed.value);
    place.changed();
  });
  return labelled(words.speed, speed);
}

/** Up to three things to ask; as examples what is seen, felt and thought. @param {Item} item @param {Place} place */
function asking(item, place) {
  const fields = PROMPTS.map(([label, usual], n) => {
    const prompt = make("input", { maxlength: 200, autocomplete: "off", placeholder: usual ?? "" });
    prompt.value = item.prompts[n] ?? "";
    return { prompt, row: labelled(label ?? "", prompt) };
  });
  for (const { prompt } of fields)
    prompt.addEventListener("change", () => {
      item.prompts = fields.map((each) => each.prompt.value.trim()).filter((text) => text !== "");
      place.changed();
    });
  return make("div", { class: "three" }, ...fields.map(({ row }) => row));
}

/** @param {string} what @param {Place} place */
function moves(what, place) {
  const up = make("button", { class: "move-up", disabled: place.first, "aria-label": fill(words.up, { what }) }, icon("up"));
  const down = make("button", { class: "move-down", disabled: place.last, "aria-label": fill(words.down, { what }) }, icon("down"));
  const out = make("button", { class: "quiet end", "aria-label": fill(words.out, { what }) }, icon("bin"));
  up.addEventListener("click", () => place.move(-1));
  down.addEventListener("click", () => place.move(1));
  out.addEventListener("click", () => place.out());
  return make("div", { class: "moves" }, up, down, out);
}
