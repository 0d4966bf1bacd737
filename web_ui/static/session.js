// @ts-check
/** The page of one session: the player's buttons and keys and the time line; what was seen in the film comes after it. */
import { Fault, ask } from "./api.js";
import { button, find, part, say, show, showFaults, showIcon } from "./dom.js";
import { HZ } from "./frames.js";
import { Player } from "./player.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { Timeline } from "./timeline.js";
import { clock_time, fill, joined, words } from "./words.js";

const BACK_S = 5;
const session = part("player").dataset["session"] ?? "";
const writes = part("player").dataset["writes"] !== undefined;
const asked = new URLSearchParams(location.search);
const range = find("range", HTMLInputElement);
const timeline = new Timeline();
const player = new Player(find("video", HTMLVideoElement), find("still", HTMLImageElement), `/sessions/${session}`, draw, failed);
/** @type {import("./seen.js").Seen | null} not yet */
let seen = null;
/** @type {{in_ms: number | null, out_ms: number | null}} */
const marks = { in_ms: null, out_ms: null };
let dragging = false;

player.open(asked.get("at") === null ? null : Number(asked.get("at")) / 1000);
void player.ready.then(async () => {
  const { Seen } = await import("./seen.js");
  seen = new Seen({ player, session, writes, playPart, draw, failed });
});
follow((status) => status !== null && !status.unlocked && leave(), 2000);
void title();
if (asked.get("to") !== null) void playPart(Number(asked.get("at")), Number(asked.get("to")));

function leave() {
  player.close();
  signInFor(new Fault("locked", "", ""));
}

/** @param {Fault | null} fault */
function failed(fault) {
  if (fault !== null && (fault.code === "locked" || fault.code === "not-paired")) return leave();
  showFaults(part("faults"), fault === null ? [] : [fault]);
}

async function title() {
  const { sessions } = await ask("/api/sessions");
  const mine = sessions.find((/** @type {any} */ each) => each.id === session);
  if (mine === undefined) return;
  const name = fill(mine.purpose === "review" ? words.session_review : words.session_title, { number: mine.number });
  say(part("title"), name);
  document.title = `${name} · Fieldreel`;
  const when = mine.utc_ms ? new Date(mine.utc_ms).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }) : "";
  say(part("when"), joined(mine.family, when));
}

function draw() {
  const { length_s } = player;
  const at_s = player.at_s;
  const held = player.stands;
  button("play").classList.toggle("is-playing", !held);
  say(part("play-word"), held ? words.play : words.hold);
  showIcon(part("play-icon"), held ? "play" : "freeze");
  say(part("at"), clock_time(at_s * 1000) + (held ? `.${Math.floor((at_s % 1) * 10)}` : ""));
  say(part("all"), clock_time(length_s * 1000));
  range.max = String(Math.round(length_s * 1000));
  if (!dragging) range.value = String(Math.round(at_s * 1000));
  range.setAttribute("aria-valuetext", fill(words.position, { at: clock_time(at_s * 1000), all: clock_time(length_s * 1000) }));
  show(button("live"), player.live);
  button("live").classList.toggle("is-live", player.near_live);
  say(part("live-word"), player.near_live ? words.at_live : words.go_live);
  button("loop").setAttribute("aria-pressed", String(player.loop !== null));
  say(part("loop-in"), marks.in_ms === null ? words.loop_in : clock_time(marks.in_ms));
  say(part("loop-out"), marks.out_ms === null ? words.loop_out : clock_time(marks.out_ms));
  seen?.draw((player.shown.pts * 1000) / HZ);
  drawMarks();
}

function drawMarks() {
  const { loop, gaps } = player;
  const looped = loop === null ? null : { kind: "loop", in_ms: (loop.a * 1000) / HZ, out_ms: (loop.b * 1000) / HZ };
  const part_of = seen?.trimmed ?? looped;
  const holes = gaps.map((gap) => ({ kind: "gap", in_ms: gap.from_s * 1000, out_ms: gap.to_s * 1000 }));
  timeline.draw([...holes, ...(seen?.marks ?? []), ...(part_of === null ? [] : [part_of])], player.length_s * 1000);
}

/** Over and over. @param {number} in_ms @param {number} out_ms */
async function playPart(in_ms, out_ms) {
  await player.ready;
  [marks.in_ms, marks.out_ms] = [in_ms, out_ms];
  if (await player.setLoop(in_ms, out_ms)) await player.jump(in_ms);
}

/** @param {"in_ms" | "out_ms"} end */
async function mark(end) {
  marks[end] = player.picture_s * 1000;
  if (player.loop !== null || (marks.in_ms !== null && marks.out_ms !== null)) await loop(true);
  draw();
}

/** @param {boolean} on */
async function loop(on) {
  const { in_ms, out_ms } = marks;
  showFaults(part("faults"), []);
  if (!on) return player.endLoop();
  const made = await player.setLoop(in_ms ?? 0, out_ms ?? player.length_s * 1000);
  if (!made) showFaults(part("faults"), [{ what: words.loop_needs_order, todo: "" }]);
}

/** @param {number} rate */
function setRate(rate) {
  player.setRate(rate);
  for (const each of document.querySelectorAll('input[name="rate"]'))
    if (each instanceof HTMLInputElement) each.checked = Number(each.value) === rate;
}

/** @type {Record<string, () => unknown>} */
const doing = {
  play: () => player.toggle(),
  "step-back": () => player.step(-1),
  "step-on": () => player.step(1),
  back: () => player.seek(player.at_s - BACK_S),
  walk: () => {
    setRate(0.25);
    return player.play();
  },
  "mark-in": () => mark("in_ms"),
  "mark-out": () => mark("out_ms"),
  loop: () => loop(player.loop === null),
  live: () => {
    setRate(1);
    return player.goLive();
  },
  full: () => (document.fullscreenElement ? document.exitFullscreen() : part("screen").requestFullscreen()),
};
for (const [id, work] of Object.entries(doing)) button(id).addEventListener("click", () => void work());
show(button("full"), document.fullscreenEnabled);

for (const each of document.querySelectorAll('input[name="rate"]'))
  each.addEventListener("change", () => each instanceof HTMLInputElement && setRate(Number(each.value)));
part("screen").addEventListener("click", (event) => event.target === player.video && void player.toggle());
range.addEventListener("pointerdown", () => (dragging = true));
range.addEventListener("change", () => (dragging = false));
range.addEventListener("input", () => player.seek(Number(range.value) / 1000));

/** @type {Record<string, string>} */
const KEYS = { " ": "play", k: "play", ",": "step-back", ".": "step-on", j: "back", ArrowLeft: "back", i: "mark-in", o: "mark-out", r: "loop", s: "walk", f: "full" };
document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement || document.querySelector("dialog[open]")) return;
  if (at instanceof HTMLInputElement && (at.type !== "range" || event.key.startsWith("Arrow"))) return;
  if (at instanceof HTMLButtonElement && event.key === " ") return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (seen?.key(key)) return event.preventDefault();
  if (key === "l") {
    setRate(1);
    return void player.play();
  }
  const work = doing[KEYS[key] ?? ""];
  if (work === undefined) return;
  event.preventDefault();
  void work();
});
