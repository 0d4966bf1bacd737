// @ts-check
/**
 * The tag pad: a tap is timed when the finger goes down, kept on the phone when it goes up, and shown, felt and told.
 */
import { Fault, ask, change } from "./api.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { choose, holdable } from "./hold.js";
import { newId } from "./ids.js";
import { clock, setClock } from "./poll.js";
import { Queue } from "./queue.js";
import { LANGUAGE } from "./said.js";
import { follow } from "./shell.js";
import { openStore } from "./store.js";
import { setFor, tagSets } from "./tag_words.js";
import { clock_time, count, fill, length, words } from "./words.js";

/**
 * @typedef {import("./poll.js").Status} Status
 * @typedef {import("./queue.js").Op} Op
 * @typedef {import("./tag_words.js").Tag} Tag
 * @typedef {{op: Op, word: string, time: string, undone: boolean}} Tapped one tap of this page
 */

const NEAR_MS = 10_000;
const RECENT = 4;
const KEPT_DISCREET = "fieldreel-discreet";
const html = document.documentElement;

/** @type {Tapped[]} the newest last */
const tapped = [];
/** @type {Set<string>} */
let waiting = new Set();
/** @type {Op[]} */
let refused = [];
/** @type {Status | null} */
let now = null;
/** @type {import("./tag_words.js").TagSet[]} */
let sets = [];
/** @type {Fault | null} */
let gone = null;
/** @type {Fault | null} */
let told = null;
let filming = false;
let filmed_ms = 0;
let start_us = /** @type {number | null} */ (null);
let pressed_ms = 0;

const { store, durable } = await openStore();
const queue = new Queue(
  store,
  (ops) => ask("/api/ops", { ops }),
  (at_ms) => clock.at(at_ms),
  (view) => {
    waiting = new Set(view.waiting);
    refused = view.refused;
    drawLink();
    drawTapped();
  },
);
const again = follow(draw, 1000, () => false);
void setClock().then(() => queue.run());
void loadTags();
document.addEventListener("visibilitychange", () => void (document.hidden || wake()));
addEventListener("online", () => queue.nudge());

async function wake() {
  await setClock();
  queue.nudge();
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}
void wake();

/** @param {Status | null} status @param {Fault | null} [why] */
function draw(status, why = null) {
  [now, gone] = [status, why];
  filming = status === null ? filming : status.film !== null;
  if (status?.film) [filmed_ms, start_us] = [Date.now(), status.film.start_us];
  if (status !== null && waiting.size > 0 && (queue.fault === null || queue.fault.status === 0)) queue.nudge();
  const filmed = status === null ? filmedSince() : status.film?.film_ms ?? null;
  say(part("elapsed"), filmed === null ? "" : length(Math.floor(filmed / 60_000)));
  if (status?.film?.discreet && localStorage.getItem(KEPT_DISCREET) === null) discreet(true);
  drawLink();
  showTags();
  drawButtons();
  drawFaults();
}

/** Without a connection the film most likely goes on. @returns {number | null} */
function filmedSince() {
  const at = clock.at(Date.now());
  return at === null || start_us === null || !filming ? null : (at.at_us - start_us) / 1000;
}

function drawLink() {
  const n = waiting.size;
  const word = n > 0 ? count(n, words.waiting_one, words.waiting) : gone ? words.not_connected : words.connected;
  say(part("link-word"), word);
  part("link").classList.toggle("is-gone", gone !== null);
  part("link").classList.toggle("is-waiting", gone === null && n > 0);
}

/** A tap a little after the stop still counts; without a connection nobody knows better than the thumb. */
function canTag() {
  if (now === null) return filmed_ms > 0;
  if (now.state === "recording") return true;
  return now.state !== "paused" && Date.now() - filmed_ms < NEAR_MS;
}

function drawButtons() {
  const able = canTag();
  part("thumb").tabIndex = able ? -1 : 0;
  for (const each of part("thumb").querySelectorAll("button")) each.disabled = !able;
  button("stop").disabled = button("for-us").disabled = now === null || !filming;
  const last = undoable();
  button("undo").disabled = last === undefined;
  if (last !== undefined) button("undo").setAttribute("aria-label", fill(words.undo_what, { what: last.word }));
  button("note").disabled = last === undefined && !able;
}

function drawFaults() {
  /** @type {{what: string, todo: string}[]} */
  const faults = (now?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  if (told !== null) faults.unshift(told);
  if (gone !== null) faults.unshift(gone);
  else if (queue.fault !== null && queue.fault.status !== 0) faults.unshift(queue.fault);
  if (!durable) faults.push({ what: words.memory_only, todo: "" });
  const paused = now?.state === "paused";
  show(part("idle"), now !== null && !canTag());
  show(part("to-record"), !paused);
  show(part("resume"), paused);
  say(part("idle-word"), paused ? words.paused_no_tags : words.not_filming);
  const older = refused.filter((op) => !tapped.some((each) => each.op.id === op.id));
  show(part("lost"), older.length > 0);
  const why = older[0]?.refused?.what ?? "";
  say(part("lost-word"), `${count(older.length, words.lost_one, words.lost)} ${why}`);
  showFaults(part("faults"), faults);
}
button("lost-seen").addEventListener("click", () => void queue.dismiss(refused.map((op) => op.id)).then(drawFaults));

/** The newest tap that was not taken back. */
const undoable = () => [...tapped].reverse().find((each) => !each.undone);

async function loadTags() {
  for (;;) {
    try {
      sets = await tagSets();
      return showTags();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

/** The tags for what is filmed now; drawn anew only when that is something else. */
function showTags() {
  const set = setFor(sets, now?.film?.purpose ?? "film");
  const thumb = part("thumb");
  if (set === undefined || thumb.dataset["set"] === set.name) return;
  thumb.dataset["set"] = set.name;
  for (const old of thumb.querySelectorAll(".tag")) old.remove();
  thumb.prepend(...set.tags.map(tagButton));
  drawButtons();
}

/** @param {Tag} tag */
function tagButton({ ref, word, icon: picture }) {
  const made = make("button", { class: "tag", disabled: true }, icon(picture), make("span", {}, word));
  taps(made, word, [ref]);
  return made;
}

/** Timed when the finger goes down, done when it goes up on the same button, so that sliding off takes it back.
 * @param {HTMLButtonElement} at @param {string} word @param {string[]} tags */
function taps(at, word, tags) {
  timesPress(at);
  at.addEventListener("click", (event) => {
    const tapped_ms = event.detail === 0 || pressed_ms === 0 ? Date.now() : pressed_ms;
    pressed_ms = 0;
    flash(at);
    navigator.vibrate?.(30);
    void keep({ id: newId(), kind: "moment", tapped_ms, tags }, word);
  });
}

/** @param {HTMLButtonElement} at */
function timesPress(at) {
  at.addEventListener("pointerdown", () => (pressed_ms = Date.now()));
}

/** @param {HTMLElement} at */
function flash(at) {
  at.classList.remove("flash");
  void at.offsetWidth;
  at.classList.add("flash");
  setTimeout(() => at.classList.remove("flash"), 160);
}

/** @param {Op} op @param {string} word */
async function keep(op, word) {
  tapped.push({ op, word, time: timeOf(op.tapped_ms), undone: false });
  drawTapped();
  await queue.add(op);
}

/** Film time where the box's clock is known, else the time of day. @param {number} at_ms */
function timeOf(at_ms) {
  const at = clock.at(at_ms);
  if (at !== null && start_us !== null) return clock_time((at.at_us - start_us) / 1000);
  return new Date(at_ms).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
}

/** @param {Tapped} each @returns {{mark: string, sentence: string, why?: string}} */
function fate(each) {
  const no = refused.find((op) => op.id === each.op.id)?.refused;
  if (no !== undefined) return { mark: words.mark_refused, sentence: words.refused, why: no.what };
  if (each.undone) return { mark: words.mark_undone, sentence: words.undone };
  const kept = waiting.has(each.op.id);
  return kept ? { mark: words.mark_kept, sentence: words.kept } : { mark: words.mark_saved, sentence: words.saved };
}

function drawTapped() {
  const last = tapped[tapped.length - 1];
  if (last !== undefined) {
    const { sentence, why = "" } = fate(last);
    say(part("last"), fill(sentence, { time: last.time, what: last.word, why }));
  }
  const lines = tapped.slice(-1 - RECENT, -1).map((each) =>
    make(
      "li",
      { class: each.undone ? "is-undone" : "" },
      make("span", { class: "figures" }, each.time),
      make("span", {}, each.word),
      make("span", { class: "mark" }, fate(each).mark),
    ),
  );
  part("recent").replaceChildren(...lines.reverse());
  drawButtons();
}

button("undo").addEventListener("click", async () => {
  const last = undoable();
  if (last === undefined) return;
  last.undone = true;
  navigator.vibrate?.([20, 60, 20]);
  drawTapped();
  await queue.add({ id: newId(), kind: "undo", tapped_ms: Date.now(), op: last.op.id });
});

timesPress(button("note"));
button("note").addEventListener("click", async () => {
  const last = undoable();
  const tapped_ms = pressed_ms || Date.now();
  const text = find("note-text", HTMLTextAreaElement);
  text.value = last?.op.note ?? "";
  const title = last === undefined ? words.note_new : fill(words.note_on, { time: last.time, what: last.word });
  say(part("note-title"), title);
  const kept = await choose(find("note-sheet", HTMLDialogElement));
  const note = text.value.trim();
  if (kept !== "keep" || note === "") return;
  if (last === undefined) return keep({ id: newId(), kind: "moment", tapped_ms, tags: [], note }, words.moment);
  last.op.note = note;
  await queue.add({ id: newId(), kind: "edit", tapped_ms, op: last.op.id, note });
  say(part("last"), fill(words.noted, { time: last.time, what: last.word }));
});

/** @param {string} verb @param {Record<string, unknown>} [fields] */
async function tell(verb, fields) {
  told = null;
  try {
    await change(`/api/recorder/${verb}`, fields);
    if (fields?.["reason"] === "objection") told = new Fault("stopped", words.stopped_for_us, "");
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    told = fault;
  }
  again();
}

holdable(button("stop"), () => void tell("stop", { reason: "stop" }), async () => {
  if ((await choose(find("stop-sure", HTMLDialogElement))) === "stop") await tell("stop", { reason: "stop" });
});
button("for-us").addEventListener("click", () => void tell("stop", { reason: "objection" }));
button("resume").addEventListener("click", () => void tell("resume"));
taps(button("moment"), words.moment, []);

/** @param {boolean} on */
function discreet(on) {
  html.classList.toggle("discreet", on);
  button("discreet").setAttribute("aria-pressed", String(on));
}
discreet(localStorage.getItem(KEPT_DISCREET) === "on");
button("discreet").addEventListener("click", () => {
  const on = !html.classList.contains("discreet");
  localStorage.setItem(KEPT_DISCREET, on ? "on" : "off");
  discreet(on);
});
