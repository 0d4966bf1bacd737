// @ts-check
/**
 * The tag pad: a tap is timed when the finger goes down, kept on the phone when it goes up, and shown, felt and told.
 */
import { Fault, ask } from "./api.js";
import { Asking } from "./asking.js";
import { counts } from "./counted.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { choose } from "./hold.js";
import { newId } from "./ids.js";
import { look, setLook } from "./pad_look.js";
import { boxTime, setClock } from "./poll.js";
import { Queue } from "./queue.js";
import { LANGUAGE } from "./said.js";
import { follow } from "./shell.js";
import { MOST_S, slidable } from "./slide.js";
import { openStore } from "./store.js";
import { setFor, tagSets } from "./tag_words.js";
import { STEP_S, Tapped } from "./tapped.js";
import { Visitor } from "./visitor.js";
import { mayFallAsleep, sleepTold, stayAwake } from "./wake.js";
import { clock_time, count, fill, length, words } from "./words.js";
import { words as own } from "./words_pad.js";

/**
 * @typedef {import("./poll.js").Status} Status
 * @typedef {import("./tag_words.js").Tag} Tag
 */

const NEAR_MS = 10_000;
const FLASH_MS = 160;

/** @type {Status | null} */
let now = null;
/** @type {import("./tag_words.js").TagSet[]} */
let sets = [];
/** @type {Fault | null} */
let gone = null;
let gone_since_ms = 0;
let filming = false;
let filmed_ms = 0;
let start_us = /** @type {number | null} */ (null);
let session = /** @type {string | null} */ (null);
let pressed_ms = 0;

const { store, durable } = await openStore();
const queue = new Queue(
  store,
  (ops) => ask("/api/ops", { ops }),
  boxTime,
  (view) => {
    tapped.hear(view);
    drawLink();
  },
);
const tapped = new Tapped((op) => keep(op), timeOf, drawButtons);
const visitor = new Visitor((op) => queue.add(op), localStorage);
const again = follow(draw, 1000, () => false);
const asking = new Asking(part("last"), again, () => tapped.waiting.size > 0);
void setClock().then(() => queue.run());
void loadTags();
stayAwake();
document.addEventListener("visibilitychange", () => void (document.hidden || setClock().then(() => queue.nudge())));
addEventListener("online", () => queue.nudge());

/** @param {import("./queue.js").Op} op */
function keep(op) {
  const undone = op.kind === "undo" && tapped.taps.some((each) => each.op.id === op.op && each.op.kind === "moment");
  if (session !== null && (undone || op.kind === "moment")) counts(session, { moments: undone ? -1 : 1 });
  return queue.add(op);
}

/** @param {Status | null} status @param {Fault | null} [why] */
function draw(status, why = null) {
  if (why !== null && gone === null) gone_since_ms = Date.now();
  [now, gone] = [status, why];
  filming = status === null ? filming : status.film !== null;
  if (status?.film) [filmed_ms, start_us, session] = [Date.now(), status.film.start_us, status.film.session];
  if (status !== null) visitor.hear(status.film?.session ?? null, status.visitors ?? {});
  if (status !== null && tapped.waiting.size > 0 && (queue.fault === null || queue.fault.status === 0)) queue.nudge();
  const filmed = status === null ? filmedSince() : status.film?.film_ms ?? null;
  say(part("elapsed"), filmed === null ? "" : length(Math.floor(filmed / 60_000)));
  const target_ms = status?.film?.target_ms ?? null;
  if (status !== null) show(part("enough"), target_ms !== null && filmed !== null && filmed >= target_ms);
  asking.hear(session, filming);
  if (status?.film && session !== null) counts(session, { stars: status.film.stars });
  look.hear(status?.film?.discreet ?? false);
  drawLink();
  drawFacts();
  showTags();
  drawButtons();
  drawFaults();
}

/** Without a connection the film most likely goes on. @returns {number | null} */
function filmedSince() {
  const at = boxTime(Date.now());
  return at === null || start_us === null || !filming ? null : (at.at_us - start_us) / 1000;
}

function drawLink() {
  const n = tapped.waiting.size;
  const word = n > 0 ? count(n, words.waiting_one, words.waiting) : gone ? words.not_connected : words.connected;
  say(part("link-word"), word);
  part("link").classList.toggle("is-gone", gone !== null);
  part("link").classList.toggle("is-waiting", gone === null && n > 0);
  show(part("lost-link"), gone?.status === 0);
  if (gone !== null) say(part("lost-link-word"), fill(own.lost_since, { time: clock_time(Date.now() - gone_since_ms) }));
}

/** Room and battery, to be read at a glance and no more. */
function drawFacts() {
  const minutes = now?.minutes_left ?? null;
  const battery = now?.health.battery_percent ?? null;
  say(part("room"), minutes === null ? "" : minutes > 0 ? fill(own.room_for, { time: length(minutes) }) : words.no_room);
  say(part("battery"), battery === null ? "" : fill(own.battery_at, { n: battery }));
}

/** A tap a little after the stop still counts; without a connection nobody knows better than the thumb. */
function canTag() {
  if (now === null) return filmed_ms > 0;
  if (now.state === "recording") return true;
  return now.state !== "paused" && Date.now() - filmed_ms < NEAR_MS;
}

/** How far back in seconds the film goes from a time on this phone; 0 where nobody knows. @param {number} at_ms */
function filmBefore_s(at_ms) {
  const at = boxTime(at_ms);
  return at === null || start_us === null ? 0 : Math.max(0, Math.floor((at.at_us - start_us) / 1e6));
}

function drawButtons() {
  const able = canTag();
  const paused = now?.state === "paused";
  part("thumb").tabIndex = able ? -1 : 0;
  for (const each of part("thumb").querySelectorAll("button")) each.disabled = !able;
  document.body.classList.toggle("is-paused", paused);
  show(part("paused"), paused);
  part("top-lamp").classList.toggle("is-filming", now?.state === "recording");
  show(button("pause"), !paused);
  const here = visitor.open.length > 0;
  button("visitor").setAttribute("aria-pressed", String(here));
  say(part("visitor-word"), here ? own.visitor_here : own.visitor);
  button("visitor").disabled = !filming;
  button("pause").disabled = button("stop").disabled = button("for-us").disabled = now === null || !filming;
  const moment = tapped.moment;
  const can_earlier = moment === tapped.last && moment !== undefined && moment.earlier_s + STEP_S <= MOST_S;
  tapped.drawButtons(can_earlier && filmBefore_s(moment.op.tapped_ms) >= STEP_S);
  button("note").disabled = moment === undefined && !able;
}

function drawFaults() {
  /** @type {{what: string, todo: string}[]} */
  const faults = (now?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  if (asking.fault !== null) faults.unshift(asking.fault);
  if (queue.fault !== null && queue.fault.status !== 0) faults.unshift(queue.fault);
  if (gone !== null && gone.status !== 0) faults.unshift(gone);
  if (!durable) faults.push({ what: words.memory_only, todo: "" });
  show(part("idle"), now !== null && !canTag() && now.state !== "paused");
  const { lost } = tapped;
  show(part("lost"), lost.length > 0);
  say(part("lost-word"), `${count(lost.length, words.lost_one, words.lost)} ${lost[0]?.refused?.what ?? ""}`);
  showFaults(part("faults"), faults);
}
button("lost-seen").addEventListener("click", () => void queue.dismiss(tapped.lost.map((op) => op.id)).then(drawFaults));
show(part("sleep"), mayFallAsleep());
button("sleep-seen").addEventListener("click", () => {
  sleepTold();
  show(part("sleep"), false);
});

async function loadTags() {
  for (;;) {
    try {
      sets = await tagSets();
      setLook(sets, () => now?.film?.purpose ?? "film", showTags);
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

/** Timed when the finger goes down, done when it goes up on the same button, so that sliding off takes it back; held,
 * it slides back in time. @param {HTMLButtonElement} at @param {string} word @param {string[]} tags */
function taps(at, word, tags) {
  timesPress(at);
  /** @param {number} back_s */
  const tap = (back_s) => {
    const down_ms = pressed_ms === 0 ? Date.now() : pressed_ms;
    pressed_ms = 0;
    flash(at);
    navigator.vibrate?.(30);
    void tapped.keep({ id: newId(), kind: "moment", tapped_ms: down_ms - back_s * 1000, tags }, word, back_s);
  };
  const slide = {
    opened: (/** @type {import("./slide.js").Track} */ track) => openSlide(word, track),
    moved: drawSlide,
    placed: (/** @type {number} */ back_s) => closeSlide(() => tap(back_s)),
    cancelled: () => closeSlide(() => say(part("last"), own.taken_away)),
  };
  slidable(at, slide, () => filmBefore_s(pressed_ms), () => tap(0));
}

/** @param {string} word @param {import("./slide.js").Track} track */
function openSlide(word, { x, y, px_per_s }) {
  const sheet = part("slide");
  for (const [name, px] of Object.entries({ x, y, length: px_per_s * MOST_S, step: px_per_s }))
    sheet.style.setProperty(`--${name}`, `${Math.round(px * 10) / 10}px`);
  say(part("slide-word"), word);
  drawSlide(0);
  show(sheet, true);
}

/** @param {number} back_s */
function drawSlide(back_s) {
  part("slide").style.setProperty("--back", String(back_s));
  say(part("slide-number"), back_s === 0 ? own.just_now : fill(own.seconds_ago, { n: back_s }));
}

/** @param {() => void} then */
function closeSlide(then) {
  show(part("slide"), false);
  then();
}

/** @param {HTMLButtonElement} at */
function timesPress(at) {
  at.addEventListener("pointerdown", () => (pressed_ms = Date.now()));
  at.addEventListener("keydown", () => (pressed_ms = 0));
}

/** @param {HTMLElement} at */
function flash(at) {
  if (at.classList.contains("flash")) {
    at.classList.remove("flash");
    void at.offsetWidth; // so that it begins anew
  }
  at.classList.add("flash");
  setTimeout(() => at.classList.remove("flash"), FLASH_MS);
}

/** Film time where the box's clock is known, else the time of day. @param {number} at_ms */
function timeOf(at_ms) {
  const at = boxTime(at_ms);
  if (at !== null && start_us !== null) return clock_time((at.at_us - start_us) / 1000);
  return new Date(at_ms).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
}

button("undo").addEventListener("click", async () => {
  navigator.vibrate?.([20, 60, 20]);
  const taken = await tapped.undo();
  if (taken?.op.kind === "hide") visitor.undone(taken.op.id);
});
button("earlier").addEventListener("click", () => void (tapped.moment && tapped.earlier(tapped.moment)));

timesPress(button("visitor"));
button("visitor").addEventListener("click", async () => {
  const tapped_ms = pressed_ms || Date.now();
  const here = visitor.open.length > 0;
  navigator.vibrate?.(30);
  if (here) {
    await visitor.left(tapped_ms);
    say(part("last"), own.visitor_left);
  } else {
    tapped.shown(await visitor.came(tapped_ms, session), own.visitor);
    say(part("last"), own.visitor_came);
  }
  drawButtons();
});

timesPress(button("note"));
button("note").addEventListener("click", async () => {
  const { moment } = tapped;
  const tapped_ms = pressed_ms || Date.now();
  const text = find("note-text", HTMLTextAreaElement);
  text.value = moment?.op.note ?? "";
  const title = moment === undefined ? words.note_new : fill(words.note_on, { time: moment.time, what: moment.word });
  say(part("note-title"), title);
  const kept = await choose(find("note-sheet", HTMLDialogElement));
  const note = text.value.trim();
  if (kept !== "keep" || note === "") return;
  if (moment !== undefined) return tapped.noted(moment, note);
  await tapped.keep({ id: newId(), kind: "moment", tapped_ms, tags: [], note }, words.moment);
});

taps(button("moment"), words.moment, []);
