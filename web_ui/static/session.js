// @ts-check
/** The page of one session: the player's buttons and keys, the timeline, and its moments to jump to. */
import { Fault, ask } from "./api.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { HZ } from "./frames.js";
import { Player } from "./player.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { tagWords } from "./tag_words.js";
import { clock_time, count, fill, joined, words } from "./words.js";

/**
 * @typedef {{id: string, pts_ms: number, in_ms: number, out_ms: number, tags: string[], note: string, star: boolean}} Moment
 */

const BACK_S = 5;
const LIVE_MS = 5000;
const IDLE_MS = 60_000;
const session = part("player").dataset["session"] ?? "";
const address = `/sessions/${session}`;
const asked_ms = new URLSearchParams(location.search).get("at");
const range = find("range", HTMLInputElement);
const player = new Player(find("video", HTMLVideoElement), find("still", HTMLImageElement), address, draw, failed);
/** @type {Moment[]} */
let moments = [];
/** @type {{in_ms: number | null, out_ms: number | null}} */
const marks = { in_ms: null, out_ms: null };
let reading = false;
let dragging = false;
let drawn_marks = "";

player.open(asked_ms === null ? null : Number(asked_ms) / 1000);
follow((status) => status !== null && !status.unlocked && leave(), 2000);
void title();
void loadMoments();

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

async function loadMoments() {
  try {
    if (!document.hidden) {
      const told = await ask(`/api/sessions/${session}/moments`);
      const list = await tagWords();
      const fresh = JSON.stringify(told.moments) !== JSON.stringify(moments);
      moments = told.moments;
      reading = told.reading;
      show(part("reading"), reading);
      if (fresh || moments.length === 0) drawMoments(list);
    }
  } catch (fault) {
    if (fault instanceof Fault && !signInFor(fault)) failed(fault);
  }
  setTimeout(loadMoments, reading || player.live ? LIVE_MS : IDLE_MS);
}

function draw() {
  const { video, length_s } = player;
  const at_s = player.at_s;
  const held = video.paused;
  button("play").classList.toggle("is-playing", !held);
  say(part("play-word"), held ? words.play : words.hold);
  part("play-icon").replaceChildren(icon(held ? "play" : "freeze"));
  say(part("at"), clock_time(at_s * 1000) + (held ? `.${Math.floor((at_s % 1) * 10)}` : ""));
  say(part("all"), clock_time(length_s * 1000));
  range.max = String(Math.round(length_s * 1000));
  if (!dragging) range.value = String(Math.round(at_s * 1000));
  range.style.setProperty("--at", share(at_s * 1000));
  range.setAttribute("aria-valuetext", fill(words.position, { at: clock_time(at_s * 1000), all: clock_time(length_s * 1000) }));
  show(button("live"), player.live);
  button("live").classList.toggle("is-live", player.near_live);
  say(part("live-word"), player.near_live ? words.at_live : words.go_live);
  button("loop").setAttribute("aria-pressed", String(player.loop !== null));
  say(part("loop-in"), marks.in_ms === null ? words.loop_in : clock_time(marks.in_ms));
  say(part("loop-out"), marks.out_ms === null ? words.loop_out : clock_time(marks.out_ms));
  drawMarks();
}

/** @param {number} ms */
const share = (ms) => `${(100 * Math.min(1, Math.max(0, ms / 1000 / (player.length_s || 1)))).toFixed(3)}%`;

/** Moments, pauses and the loop on the timeline; drawn anew only when one of them moved. */
function drawMarks() {
  const { loop, gaps } = player;
  const all = [
    ...gaps.map((gap) => ({ kind: "gap", in_ms: gap.from_s * 1000, out_ms: gap.to_s * 1000 })),
    ...moments.map((each) => ({ kind: each.star ? "star" : "moment", in_ms: each.in_ms, out_ms: each.out_ms })),
    ...moments.map((each) => ({ kind: "tap", in_ms: each.pts_ms, out_ms: each.pts_ms })),
    ...(loop === null ? [] : [{ kind: "loop", in_ms: (loop.a * 1000) / HZ, out_ms: (loop.b * 1000) / HZ }]),
  ];
  const key = JSON.stringify([all, Math.round(player.length_s)]);
  if (key === drawn_marks) return;
  drawn_marks = key;
  part("marks").replaceChildren(
    ...all.map(({ kind, in_ms, out_ms }) => {
      const mark = make("i", { class: kind });
      mark.style.setProperty("left", share(in_ms));
      mark.style.setProperty("right", `calc(100% - ${share(out_ms)})`);
      return mark;
    }),
  );
}

/** @param {Map<string, import("./tag_words.js").Tag>} list */
function drawMoments(list) {
  say(part("moments-count"), moments.length === 0 ? words.moments_none : count(moments.length, words.moments_one, words.moments));
  part("moments").replaceChildren(...moments.map((each) => momentLine(each, list)));
  drawn_marks = "";
  draw();
}

/** @param {Moment} each @param {Map<string, import("./tag_words.js").Tag>} list */
function momentLine(each, list) {
  const names = each.tags.map((tag) => list.get(tag)?.word ?? tag.replace(/.*\//, "").replaceAll("-", " "));
  const what = names.join(", ") || (each.star ? words.star : words.moment);
  const picture = make("img", {
    src: `${address}/frame.jpg?pts_ms=${each.pts_ms}&width=160`, alt: "", loading: "lazy", width: 112, height: 63, decoding: "async",
  });
  const go = make("button", { class: "moment-go" }, picture, make("span", { class: "unseen" }, `${words.play} `),
    make("span", { class: "moment-text" },
      ...(each.tags.length > 0 ? each.tags : [""]).map((tag, n) =>
        make("span", { class: "row" }, icon(tag === "" ? "star" : list.get(tag)?.icon ?? "tag"), make("strong", { class: "capital" }, names[n] ?? what))),
      make("span", { class: "figures soft" }, `${clock_time(each.in_ms)} – ${clock_time(each.out_ms)}`),
      each.note === "" ? null : make("span", { class: "moment-note" }, each.note),
    ));
  go.addEventListener("click", () => {
    player.endLoop();
    void player.jump(each.in_ms);
  });
  const again = make("button", { class: "quiet", "aria-label": fill(words.loop_this, { what }) }, icon("loop"));
  again.addEventListener("click", async () => {
    [marks.in_ms, marks.out_ms] = [each.in_ms, each.out_ms];
    if (await player.setLoop(each.in_ms, each.out_ms)) await player.jump(each.in_ms);
  });
  return make("li", {}, go, again, toScreen(each, what));
}

/** The way from a moment to the family's screen, which the desk has none of. @param {Moment} each @param {string} what */
function toScreen(each, what) {
  if (document.getElementById("top-lamp") === null) return null;
  const href = `/remote?session=${session}&moment=${each.id}`;
  return make("a", { class: "button quiet", href, "aria-label": fill(words.to_screen, { what }) }, icon("screen"));
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
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (at instanceof HTMLInputElement && (at.type !== "range" || event.key.startsWith("Arrow"))) return;
  if (at instanceof HTMLButtonElement && event.key === " ") return;
  if (event.key === "l") {
    setRate(1);
    return void player.play();
  }
  const work = doing[KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? ""];
  if (work === undefined) return;
  event.preventDefault();
  void work();
});
