// @ts-check
/** The end of a visit: what becomes of each of its films, and of those that were kept before; then the box is locked. */
import { Fault, ask, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { choose } from "./hold.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { daysTo } from "./standing.js";
import { askVisit, drawWay } from "./visiting.js";
import { clock_time, count, fill, joined } from "./words.js";
import { words } from "./words_visit.js";

/** @typedef {"keep" | "home" | "erase"} Fate */
/** @typedef {import("./standing.js").Standing & {id: string, number: number, state: string, utc_ms: number | null,
 *   film_ms: number, playable: boolean, family: string | null, purpose: string | null, visit: string | null}} Film */

/** @type {Map<string, Fate>} what was chosen on this page */
const chosen = new Map();
/** @type {Film[]} */
let mine = [];
/** @type {Film[]} */
let earlier = [];
let filming = false;
let locked = true;
let drawn = "";

follow((status) => {
  filming = status?.film != null;
  drawSum();
});
const again = poll(look, 3000, () => undefined, (fault) => signInFor(fault) || showFaults(part("faults"), [fault]));

async function look() {
  const told = await askVisit();
  drawWay(told);
  locked = told.families === null;
  show(part("locked"), locked);
  show(part("who"), told.visit !== null);
  if (told.visit !== null) say(part("who"), fill(words.code_of, { code: told.visit.code }));
  const films = locked ? [] : (await ask("/api/sessions")).sessions.filter(there);
  mine = films.filter((/** @type {Film} */ film) => told.visit !== null && film.visit === told.visit.id);
  earlier = films.filter((/** @type {Film} */ film) => film.playable && !mine.includes(film));
  draw();
}

/** @param {Film} film */
const there = (film) => film.film_ms > 0 && ["open", "closed", "recovered"].includes(film.state);

function draw() {
  const key = JSON.stringify([mine, earlier, locked]);
  if (key !== drawn) {
    drawn = key;
    part("mine").replaceChildren(...mine.map(fateCard));
    part("earlier").replaceChildren(...earlier.map(fateCard));
    show(part("earlier-part"), earlier.length > 0);
    show(part("none"), !locked && mine.length === 0);
    say(part("none"), words.none_here);
  }
  drawSum();
}

/** A film of now goes home unless somebody wants it here; one that was kept before stays kept. @param {Film} film @returns {Fate} */
const fateOf = (film) => chosen.get(film.id) ?? (mine.includes(film) ? "home" : "keep");

/** @param {Film} film */
const nameOf = (film) => fill(film.purpose === "review" ? words.review_of : words.film_of, { number: film.number });

/** @param {Film} film */
function fateCard(film) {
  const when = film.utc_ms ? new Date(film.utc_ms).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }) : "";
  const told = make("p", { class: "hint" }, toldOf(film, fateOf(film)));
  const option = (/** @type {Fate} */ fate, /** @type {string} */ word, can = true) => {
    const input = make("input", { type: "radio", name: `fate-${film.id}`, value: fate, checked: fateOf(film) === fate, disabled: !can });
    input.addEventListener("change", () => {
      chosen.set(film.id, fate);
      say(told, toldOf(film, fate));
      drawSum();
    });
    return make("label", { class: `is-${fate}` }, input, make("span", {}, word));
  };
  return make("section", { class: "card fate" },
    make("div", { class: "fate-head" },
      make("h3", {}, nameOf(film)),
      make("span", { class: "soft small figures" }, clock_time(film.film_ms)),
      make("span", { class: "soft small" }, joined(film.family, when))),
    make("div", { class: "segments", role: "radiogroup", "aria-label": fill(words.what_becomes, { title: nameOf(film) }) },
      option("keep", words.keep_here, film.playable), option("home", words.go_home), option("erase", words.erase, !film.held)),
    told,
    film.held ? make("p", { class: "hint" }, words.told_held) : null);
}

/** @param {Film} film @param {Fate} fate */
function toldOf(film, fate) {
  if (fate === "erase") return words.told_erase;
  if (film.erases_ms !== null) return fill(words.told_unsure, { when: inDays(film.erases_ms) });
  return fate === "keep" ? words.told_keep : words.told_home;
}

/** @param {number} at_ms */
function inDays(at_ms) {
  const days = daysTo(at_ms);
  return days === 0 ? words.in_no_days : count(days, words.in_days_one, words.in_days);
}

/** @param {Fate} fate */
const those = (fate) => [...mine, ...earlier].filter((film) => fateOf(film) === fate);

function sum() {
  if (mine.length + earlier.length === 0) return words.sum_none;
  return fill(words.sum, { kept: those("keep").length, home: those("home").length, erased: those("erase").length });
}

function drawSum() {
  const erased = those("erase").length;
  say(part("sum"), filming ? words.still_filming : locked ? "" : sum());
  say(button("go"), erased > 0 ? fill(words.end_erase, { n: erased }) : words.end_go);
  button("go").classList.toggle("danger", erased > 0);
  button("go").disabled = filming;
}

button("go").addEventListener("click", async () => {
  say(part("end-told"), locked ? words.told_home : sum());
  if ((await choose(find("end-sure", HTMLDialogElement))) !== "end") return;
  button("go").disabled = true;
  try {
    for (const film of those("erase")) await change(`/api/sessions/${film.id}/erase`);
    await change("/api/end-visit", { keep: those("keep").map((film) => film.id) });
    location.assign("/carrying");
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (!signInFor(fault)) showFaults(part("faults"), [fault]);
    again();
  }
});
