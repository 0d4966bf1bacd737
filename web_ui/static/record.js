// @ts-check
/** The record page: how the box stands, start and stop, and what the next film is for. */
import { Fault, ask, change } from "./api.js";
import { Asking } from "./asking.js";
import { counts } from "./counted.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { choose, holdable } from "./hold.js";
import { Lamp, sentence } from "./lamp.js";
import { drawLevel } from "./level.js";
import { boxTime, setClock } from "./poll.js";
import { Queue } from "./queue.js";
import { follow, stateWord } from "./shell.js";
import { openStore } from "./store.js";
import { chooseSet, setFor, tagSets } from "./tag_words.js";
import { Visitor } from "./visitor.js";
import { clock_time, count, fill, length, words } from "./words.js";
import { words as own } from "./words_pad.js";

/** @typedef {import("./poll.js").Status} Status */

const BEHIND_S = 5;
const NEAR_LIMIT_MS = 5 * 60_000;
const lamp = new Lamp(part("lamp"));
/** @type {Fault | null} of the last thing that was asked for */
let refused = null;
/** @type {Status["armed"] | null} */
let armed = null;
/** @type {string | null} of the film in progress */
let session = null;

const { store } = await openStore();
const queue = new Queue(store, (ops) => ask("/api/ops", { ops }), boxTime, () => {});
const visitor = new Visitor((op) => queue.add(op), localStorage);
const again = follow(draw, 500);
const asking = new Asking(part("did"), again);
void setClock().then(() => queue.run());

/** @param {Status | null} status @param {Fault | null} [gone] */
function draw(status, gone = null) {
  const faults = (status?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  showFaults(part("faults"), [gone, refused, asking.fault, ...faults].filter((each) => each !== null));
  lamp.show(status?.lamp.says ?? "");
  session = status?.film?.session ?? null;
  asking.hear(session, status === null || session !== null);
  if (status?.film && session !== null) counts(session, { stars: status.film.stars });
  if (status !== null) visitor.hear(session, status.visitors ?? {});
  say(part("state"), stateWord(status));
  drawFilm(status);
  drawLevel(part("meter"), part("level-word"), status);
  drawButtons(status);
  drawArmed(status);
  const minutes = status?.minutes_left ?? null;
  const left = minutes === null ? "" : minutes > 0 ? fill(words.left_on_card, { time: length(minutes) }) : words.no_room;
  say(part("room"), `${safety(status)} ${left}`);
}

/** How much of what was filmed could be lost now. @param {Status | null} status */
function safety(status) {
  if (!status?.film || status.film.start_us === null || status.state !== "recording") return "";
  const behind_s = Math.round((status.now_us - status.film.start_us) / 1e6 - status.film.acked_ms / 1000);
  if (behind_s < BEHIND_S) return words.safe;
  return fill(words.safe_but, { time: count(behind_s, words.seconds_one, words.seconds) });
}

/** @param {Status | null} status */
function drawFilm(status) {
  const film = status?.film ?? null;
  show(part("time"), film !== null);
  part("dial").classList.toggle("is-filming", film !== null);
  if (film !== null) say(part("time"), clock_time(film.film_ms));
  const target_ms = film?.target_ms ?? null;
  say(part("target"), target_ms === null ? "" : fill(words.target_of, { n: Math.round(target_ms / 60_000) }));
  const share = film === null ? 0 : film.film_ms / (target_ms ?? film.limit_ms);
  const run = document.getElementById("run");
  run?.style.setProperty("stroke-dashoffset", String(100 - 100 * Math.min(1, share)));
  run?.classList.toggle("is-over", target_ms !== null && share >= 1);
  const says = status === null ? "" : sentence(status.lamp.says);
  say(part("sentence"), hint(film) || says);
}

/** @param {import("./poll.js").Film | null} film */
function hint(film) {
  if (film === null) return "";
  const left_ms = film.limit_ms - film.film_ms;
  if (left_ms < NEAR_LIMIT_MS) {
    const n = Math.max(1, Math.ceil(left_ms / 60_000));
    return fill(words.limit_near, { time: count(n, words.minutes_one, words.minutes) });
  }
  return film.target_ms !== null && film.film_ms >= film.target_ms ? words.target_reached : "";
}

/** @param {Status | null} status */
function drawButtons(status) {
  const state = status?.state ?? "off";
  const filming = state === "recording" || state === "paused";
  show(button("start"), !filming);
  button("start").disabled = state !== "ready" && state !== "fault";
  show(button("stop"), filming);
  show(part("while"), filming);
  show(button("pause"), state === "recording");
  show(button("resume"), state === "paused");
  const here = visitor.open.length > 0;
  button("visitor").setAttribute("aria-pressed", String(here));
  say(part("visitor-word"), here ? own.visitor_here : own.visitor);
  show(button("consent"), filming && status?.confirmed === false);
}

/**
 * @param {string} verb @param {Record<string, unknown>} [fields]
 * @returns {Promise<boolean>} whether it was done
 */
async function tell(verb, fields) {
  refused = null;
  try {
    await change(`/api/recorder/${verb}`, fields);
    return true;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    refused = fault;
    setTimeout(() => (refused = refused === fault ? null : refused), 15_000);
    return false;
  } finally {
    again();
  }
}

holdable(button("start"), () => void tell("start"), async () => {
  if ((await choose(find("start-sure", HTMLDialogElement))) === "yes") await tell("start");
});
button("visitor").addEventListener("click", async () => {
  const here = visitor.open.length > 0;
  await (here ? visitor.left(Date.now()) : visitor.came(Date.now(), session));
  say(part("did"), here ? own.visitor_left : own.visitor_came);
  again();
});
button("consent").addEventListener("click", async () => {
  refused = null;
  try {
    if (session !== null) await change(`/api/sessions/${session}/confirm`);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    refused = fault;
  }
  again();
});

find("discreet", HTMLInputElement).addEventListener("change", async () => {
  if (armed !== null) await tell("arm", { ...given(armed), discreet: find("discreet", HTMLInputElement).checked });
});

/** What the box is told anew with a change: what it was told before. @param {Status["armed"]} all */
const given = (all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));

/** What the next press is for; while one films, what that is for. @param {Status | null} status */
function drawArmed(status) {
  armed = status?.armed ?? armed;
  if (armed === null) return;
  let what = armed.purpose === "film" ? words.armed_film : words.armed_review;
  if (armed.family !== null) what = fill(words.armed_family, { what, family: armed.family });
  if (armed.discreet) what = fill(words.armed_discreet, { what });
  say(part("armed"), fill(words.armed, { what }));
  find("discreet", HTMLInputElement).checked = armed.discreet;
}

async function listSets() {
  const sets = await tagSets();
  const chosen = setFor(sets, "film")?.name;
  const at = find("tag-set", HTMLSelectElement);
  const fitting = sets.filter((set) => set.purpose === "film");
  at.replaceChildren(...fitting.map(({ name, word }) => make("option", { value: name, selected: name === chosen }, word)));
  at.addEventListener("change", () => chooseSet(at.value));
  show(part("tag-set-field"), fitting.length > 1);
}
listSets().catch(() => undefined);
