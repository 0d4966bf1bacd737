// @ts-check
/** The summary of one film: how long, why it stopped, its best moments with a picture each, and what to do next. */
import { Fault, ask, change } from "./api.js";
import { countOf } from "./counted.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { decide } from "./objection.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { tagWords } from "./tag_words.js";
import { been } from "./visiting.js";
import { clock_time, count, fill, joined, length } from "./words.js";
import { words } from "./words_summary.js";
import { write } from "./writing.js";

/**
 * @typedef {{in_ms: number, out_ms: number | null}} Stretch
 * @typedef {{in_ms: number, out_ms: number, pts_ms: number, moments: string[], tags: string[], coders: number, parent: boolean,
 *            weight: number}} Best
 * @typedef {{family: string | null, purpose: string | null, playable: boolean, shown_ms: number, stars: number,
 *            hidden: (Stretch & {id: string, why: string})[], moments: {in_ms: number, out_ms: number}[],
 *            rates: {tag: string, rate: number | null}[], best: Best[], reading: boolean}} Seen
 * @typedef {{number: number, utc_ms: number, film_ms: number, filmed_ms: number, live: boolean, reason: string | null,
 *            quiet_in_ms: number | null, pauses: Stretch[], confirmed: boolean, seen: Seen | null}} Told
 * @typedef {import("./tag_words.js").Tag} Tag
 */

const SOON_MS = 250;
const LATER_MS = 2000;
/** For so long after the stop somebody waits for it. */
const AWAITED_MS = 10_000;
const session = part("summary").dataset["session"] ?? "";
const address = `/sessions/${session}`;

/** @type {Record<string, string>} */
const WHY = {
  limit: words.why_limit,
  objection: words.why_objection,
  "card-full": words.why_card_full,
  "card-failing": words.why_card_failing,
  "camera-lost": words.why_camera_lost,
  "parameters-changed": words.why_parameters,
  quiet: words.why_quiet,
  power: words.why_power,
  shutdown: words.why_shutdown,
  interrupted: words.why_interrupted,
};

/** @type {Told | null} */
let told = null;
/** @type {Fault | null} of the last thing that was asked for */
let refused = null;
let drawn = "";
/** A film that was stopped for the family shows nothing before somebody has said that it is kept. */
const KEPT = `fieldreel-kept-${session}`;
const undecided = () => told?.reason === "objection" && sessionStorage.getItem(KEPT) === null;

void look();
void tagWords();
follow(undefined, 1000, () => false);

/** Asks until the film is closed and all that was tagged is read. */
async function look() {
  let wait_ms = LATER_MS;
  try {
    told = await ask(`/api${address}/summary`);
    await draw();
    if (told !== null && !told.live && told.seen !== null && !told.seen.reading) return;
    if (performance.now() < AWAITED_MS) wait_ms = SOON_MS;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (signInFor(fault)) return;
    refused = fault;
    drawFaults();
  }
  setTimeout(look, wait_ms);
}

/** Drawn anew only where something is different, so that nothing moves under a finger. */
async function draw() {
  if (told === null) return;
  const tags = await tagWords();
  const key = JSON.stringify([told, tags.size, undecided()]);
  if (key === drawn) return;
  drawn = key;
  refused = null;
  drawFaults();
  drawTitle(told);
  drawLength(told);
  drawLine(told);
  drawQuiet(told);
  show(part("decide"), undecided());
  show(part("after"), !undecided());
  if (undecided()) return show(part("seen"), false);
  drawNext(told);
  drawBest(told.seen?.best ?? [], tags);
  drawRates(told.seen, tags);
}

function drawFaults() {
  showFaults(part("faults"), refused === null ? [] : [refused]);
}

/** @param {Told} of */
function drawTitle({ number, utc_ms, seen }) {
  const name = fill(seen?.purpose === "review" ? words.title_review : words.title, { number });
  say(part("title"), name);
  document.title = `${name} · Fieldreel`;
  const when = utc_ms ? new Date(utc_ms).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }) : "";
  say(part("when"), joined(seen?.family, when));
}

/** @param {Told} of */
function drawLength({ filmed_ms, live, reason, seen }) {
  say(part("length"), filmed_ms < 60_000 ? clock_time(filmed_ms) : length(Math.round(filmed_ms / 60_000)));
  say(part("length-word"), live ? words.filmed_live : words.filmed);
  const why = WHY[reason ?? ""] ?? "";
  show(part("why"), why !== "");
  say(part("why"), why);
  show(part("reading"), seen?.reading ?? false);
}

/** The film as a line: what was seen, what is best, where nothing was filmed, and what is hidden. @param {Told} of */
function drawLine({ film_ms, pauses, seen }) {
  const all_ms = Math.max(film_ms, 1);
  /** @param {string} kind @param {Stretch} stretch */
  const mark = (kind, { in_ms, out_ms }) => {
    const made = make("i", { class: kind });
    made.style.setProperty("left", `${((100 * in_ms) / all_ms).toFixed(2)}%`);
    made.style.setProperty("right", `${Math.max(0, 100 - (100 * (out_ms ?? all_ms)) / all_ms).toFixed(2)}%`);
    return made;
  };
  const hidden = seen?.hidden ?? [];
  part("line").replaceChildren(
    ...(seen?.moments ?? []).map((each) => mark("moment", each)),
    ...(seen?.best ?? []).map((each) => mark("best", each)),
    ...pauses.map((each) => mark("pause", each)),
    ...hidden.map((each) => mark("hidden", each)),
  );
  const n = seen === null ? tagged() : seen.moments.length;
  const seen_word = seen === null ? count(n, words.known_one, words.known) : count(n, words.line_moments_one, words.line_moments);
  const sentences = [
    n === 0 ? "" : seen_word,
    pauses.length === 0 ? "" : count(pauses.length, words.line_pauses_one, words.line_pauses),
    hidden.length === 0 ? "" : count(hidden.length, words.line_hidden_one, words.line_hidden),
  ].filter(Boolean);
  say(part("line-word"), sentences.join(" "));
  part("line").setAttribute("aria-label", fill(words.line, { what: sentences.join(" ") }));
}

/** What this phone knows of by itself, while it may read nothing. */
function tagged() {
  const { moments, stars } = countOf(session);
  return moments + stars;
}

/** @param {Told} of */
function drawQuiet({ quiet_in_ms, seen }) {
  const out = seen?.hidden.find((each) => each.why === "quiet");
  show(part("quiet"), quiet_in_ms !== null && quiet_in_ms > 0);
  const time = clock_time(out?.in_ms ?? quiet_in_ms ?? 0);
  say(part("quiet-word"), fill(out === undefined ? words.quiet_from : words.quiet_gone, { time }));
  show(button("quiet-out"), out === undefined);
  show(button("quiet-back"), out !== undefined);
}

/** The one thing that comes next. @param {Told} of */
function drawNext({ confirmed, live, seen }) {
  const best = heaviest(seen?.best ?? []);
  const plays = seen !== null && seen.playable && confirmed;
  const watch = find("watch", HTMLAnchorElement);
  show(watch, plays && best !== undefined);
  if (best !== undefined) watch.href = playing(best);
  const moment = best?.moments[0];
  const screen = find("to-screen", HTMLAnchorElement);
  show(screen, plays && moment !== undefined);
  if (moment !== undefined) screen.href = `/remote?session=${session}&moment=${moment}`;
  show(part("unlock"), seen === null);
  show(button("consent"), seen !== null && seen.playable && !confirmed);
  const moments = find("moments", HTMLAnchorElement);
  show(moments, plays);
  moments.classList.toggle("primary", plays && best === undefined);
  const none = seen === null ? words.best_locked : !seen.playable && !live ? words.best_not_here : words.best_none;
  show(part("best-none"), best === undefined && !seen?.reading);
  say(part("best-none"), none);
  say(part("next-word"), seen !== null && seen.playable && !confirmed ? words.best_unconfirmed : "");
}

/** @param {Best[]} best */
const heaviest = (best) => [...best].sort((a, b) => b.weight - a.weight)[0];

/** Where the player shows it, over and over. @param {Best} clip */
const playing = ({ in_ms, out_ms }) => `${address}?at=${in_ms}&to=${out_ms}`;

/** The one that weighs most first and large, then the others as they come in the film.
 * @param {Best[]} best @param {Map<string, Tag>} tags */
function drawBest(best, tags) {
  const first = heaviest(best);
  const rest = best.filter((each) => each !== first);
  part("best").replaceChildren(...(first === undefined ? [] : [first, ...rest]).map((each) => clipLine(each, tags)));
}

/** @param {Best} clip @param {Map<string, Tag>} tags */
function clipLine(clip, tags) {
  const what = clip.tags.map((tag) => wordOf(tag, tags)).join(", ") || words.star;
  const still = make("span", { class: "still" }, icon("films"));
  if (told?.confirmed && told.seen?.playable) still.replaceChildren(picture(clip));
  const small = [clip.parent ? words.by_parent : "", clip.coders > 1 ? fill(words.seen_by, { n: clip.coders }) : ""];
  const chips = small.filter(Boolean).map((word) => make("span", { class: "chip is-good" }, word));
  const text = make("span", { class: "best-text" }, make("strong", { class: "capital" }, what),
    make("span", { class: "figures soft" }, `${clock_time(clip.in_ms)} – ${clock_time(clip.out_ms)}`), ...chips);
  if (!told?.confirmed || !told.seen?.playable) return make("li", {}, make("div", { class: "best-shut" }, text));
  text.prepend(make("span", { class: "unseen" }, `${words.watch} `));
  return make("li", {}, make("a", { href: playing(clip) }, still, text));
}

/** @param {Best} clip */
function picture({ pts_ms }) {
  return make("img", { src: `${address}/frame.jpg?pts_ms=${pts_ms}&width=640`, alt: "", decoding: "async", width: 640, height: 360 });
}

/** @param {string} tag @param {Map<string, Tag>} tags */
const wordOf = (tag, tags) => tags.get(tag)?.word ?? tag.replace(/.*\//, "").replaceAll("-", " ");

/** @param {Seen | null} seen @param {Map<string, Tag>} tags */
function drawRates(seen, tags) {
  show(part("seen"), seen !== null && seen.rates.length > 0);
  if (seen === null) return;
  const short = seen.rates.every(({ rate }) => rate === null);
  part("rates").replaceChildren(
    ...seen.rates.map(({ tag, rate }) =>
      make("div", {},
        make("dt", {}, icon(tags.get(tag)?.icon ?? "tag"), make("span", { class: "capital" }, wordOf(tag, tags))),
        make("dd", { class: "figures" }, rate === null ? "" : rate.toLocaleString(LANGUAGE)))),
  );
  const time = seen.shown_ms < 60_000 ? clock_time(seen.shown_ms) : length(Math.round(seen.shown_ms / 60_000));
  say(part("rates-word"), short ? words.rates_short : fill(words.rates_of, { time }));
}

/** @param {() => Promise<unknown>} work */
async function does(work) {
  try {
    await work();
    refused = null;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    refused = fault;
  }
  drawn = "";
  await look();
  drawFaults();
}

button("decide").addEventListener("click", async () => {
  const choice = await decide(session);
  if (choice === "erase" || choice === "family") return location.assign("/visit");
  if (choice === "keep") sessionStorage.setItem(KEPT, "yes");
  drawn = "";
  await look();
});
button("consent").addEventListener("click", () => void does(() => change(`/api${address}/confirm`)));
button("quiet-out").addEventListener("click", () => {
  const in_ms = told?.quiet_in_ms ?? 0;
  void does(() => write(session, { kind: "hide", pts_ms: in_ms, in_ms, why: "quiet" }));
});
button("quiet-back").addEventListener("click", () => {
  const out = told?.seen?.hidden.find((each) => each.why === "quiet");
  if (out !== undefined) void does(() => write(session, { kind: "undo", op: out.id }));
});
void been("watch");
