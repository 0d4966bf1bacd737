// @ts-check
/** Reels: moments, pictures and words in an order, with what to ask beside each; approved before any of it is shown. */
import { Fault, ask, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { newId } from "./ids.js";
import { itemRow } from "./reel_items.js";
import { follow, signInFor } from "./shell.js";
import { clock_time, count, fill } from "./words.js";
import { words } from "./words_remote.js";

/**
 * @typedef {import("./reel_items.js").Item} Item
 * @typedef {object} Reel
 * @property {string} id
 * @property {string} title
 * @property {boolean} approved
 * @property {Item[]} items
 * @property {Record<string, number | null>} numbers of its films
 * @property {string} [session] of a new one
 */

const MANY = 5;
const LONG_MS = 180_000;
const asked = new URLSearchParams(location.search);
const title = find("title", HTMLInputElement);
const approved = find("approved", HTMLInputElement);
/** @type {Reel[]} */
let reels = [];
/** @type {Reel | null} */
let now = null;
let work = Promise.resolve();

follow((status) => status !== null && !status.unlocked && signInFor(new Fault("locked", "", "")), 2000);
void begin().catch(failed);

/** @param {unknown} fault */
function failed(fault) {
  if (fault instanceof Fault && !signInFor(fault)) showFaults(part("faults"), [fault]);
}

async function begin() {
  const told = await ask("/api/reels");
  reels = told.reels;
  show(part("reading"), told.reading);
  const [session, moment] = [asked.get("session"), asked.get("moment")];
  if (session !== null && moment !== null) await add(session, moment);
  else now = reels.find((each) => each.id === asked.get("reel")) ?? reels[0] ?? null;
  draw();
}

/** A moment at the end of the newest reel of its family, or the first of a new one; once, however often it is loaded.
 * @param {string} session @param {string} moment */
async function add(session, moment) {
  const { moments } = await ask(`/api/sessions/${session}/moments`);
  const found = moments.find((/** @type {any} */ each) => each.id === moment);
  if (found === undefined) return;
  const { sessions } = await ask("/api/sessions");
  const film = sessions.find((/** @type {any} */ each) => each.id === session);
  const fitting = reels.find((each) => session in each.numbers);
  now = fitting ?? { id: newId(), title: fill(words.reel_title, { number: film?.number ?? "" }), approved: false, items: [], numbers: { [session]: film?.number ?? null }, session };
  if (fitting === undefined) reels = [now, ...reels];
  /** @type {Item} */
  const clip = { kind: "clip", session, in_ms: found.in_ms, out_ms: found.out_ms, speed: 1, loops: 1, hold_ms: null, prompts: [] };
  if (!now.items.some((each) => each.kind === "clip" && each.session === session && each.in_ms === clip.in_ms)) {
    now.items.push(clip);
    keep();
  }
  history.replaceState(null, "", `/reels?reel=${now.id}`);
}

/** One version after the other; a change takes the approval back. @param {boolean} [is_approved] */
function keep(is_approved = false) {
  const reel = now;
  if (reel === null) return;
  reel.approved = is_approved;
  approved.checked = is_approved;
  const told = { title: reel.title, approved: is_approved, items: structuredClone(reel.items), ...(reel.session === undefined ? {} : { session: reel.session }) };
  show(part("saved"), true);
  say(part("saved"), words.saving);
  work = work
    .then(() => change(`/api/reels/${reel.id}`, told))
    .then(() => {
      showFaults(part("faults"), []);
      say(part("saved"), words.saved);
    })
    .catch((fault) => {
      show(part("saved"), false);
      failed(fault);
    });
  drawFacts(reel);
  drawList();
}

function draw() {
  show(part("editor"), now !== null);
  show(part("none"), reels.length === 0);
  say(part("none"), words.reels_none);
  drawList();
  if (now === null) return;
  title.value = now.title;
  approved.checked = now.approved;
  drawItems(now);
  drawFacts(now);
}

function drawList() {
  part("reels").replaceChildren(...reels.map((reel) => {
    const open = make("button", { class: "wide reel", "aria-pressed": String(reel === now) },
      make("span", {}, reel.title), make("span", { class: `chip ${reel.approved ? "is-good" : ""}` }, reel.approved ? words.approved : words.draft));
    open.addEventListener("click", () => {
      now = reel;
      draw();
    });
    return make("li", {}, open);
  }));
}

/** @param {Reel} reel */
function drawFacts(reel) {
  const clips = reel.items.filter((each) => each.kind === "clip");
  const long_ms = clips.reduce((all, clip) => all + ((clip.out_ms - clip.in_ms) / clip.speed) * clip.loops, 0);
  say(part("count"), reel.items.length === 0 ? words.items_none : count(reel.items.length, words.items_one, words.items));
  say(part("long"), fill(words.long, { time: clock_time(long_ms) }));
  const warnings = [...(reel.items.length > MANY ? [words.many] : []), ...(long_ms > LONG_MS ? [words.too_long] : [])];
  showFaults(part("warnings"), warnings.map((what) => ({ what, todo: "" })));
  approved.disabled = reel.items.length === 0;
  button("run").disabled = !reel.approved;
}

/** @param {Reel} reel */
function drawItems(reel) {
  part("items").replaceChildren(...reel.items.map((item, at) => itemRow(item, {
    number: item.kind === "card" ? null : (reel.numbers[item.session] ?? null),
    first: at === 0,
    last: at === reel.items.length - 1,
    changed: () => keep(),
    move: (by) => {
      reel.items.splice(at, 1);
      reel.items.splice(at + by, 0, item);
      keep();
      drawItems(reel);
      const moved = part("items").children[at + by]?.querySelector(by < 0 ? ".move-up" : ".move-down");
      if (moved instanceof HTMLButtonElement) moved.focus();
    },
    out: () => {
      reel.items.splice(at, 1);
      keep();
      drawItems(reel);
    },
  })));
}

title.addEventListener("change", () => {
  if (now === null || title.value.trim() === "") return;
  now.title = title.value.trim();
  keep();
});
approved.addEventListener("change", () => keep(approved.checked));
button("add-card").addEventListener("click", () => {
  if (now === null) return;
  now.items.push({ kind: "card", text: words.card_new, prompts: [] });
  keep();
  drawItems(now);
  const text = part("items").lastElementChild?.querySelector("textarea");
  text?.focus();
  text?.select();
});
button("run").addEventListener("click", async () => {
  await work;
  try {
    if (now !== null) await change("/api/remote/show", { reel: now.id, place: 0 });
    location.assign("/remote");
  } catch (fault) {
    failed(fault);
  }
});
