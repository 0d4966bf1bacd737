// @ts-check
/** The remote: chooses the family's screen, drives it, and says what to ask, which the family never sees. */
import { Fault, ask, change } from "./api.js";
import { choosing, mark } from "./choosing.js";
import { button, find, icon, make, part, say, show, showFaults, showIcon } from "./dom.js";
import { nameOf } from "./moment_rows.js";
import { follow, signInFor } from "./shell.js";
import { tagWords } from "./tag_words.js";
import { been } from "./visiting.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_remote.js";

/**
 * @typedef {{kind: "clip" | "still" | "card", session: string, number: number | null, in_ms: number, out_ms: number,
 *            pts_ms: number, text: string, prompts: string[]}} Item
 * @typedef {object} Told
 * @property {number} rev
 * @property {boolean} taken
 * @property {string[]} waiting
 * @property {number | null} silent_ms
 * @property {number | null} locks_in_s
 * @property {number} marks moments that a parent marked
 * @property {number} now_us
 * @property {number} since_us
 * @property {"curtain" | "playing" | "held" | "still" | "card"} face
 * @property {number} turn
 * @property {number} at_ms
 * @property {number} speed
 * @property {boolean} looping
 * @property {boolean} parent
 * @property {boolean} words
 * @property {Item | null} item
 * @property {string | null} moment
 * @property {string[]} tags
 * @property {{id: string, title: string} | null} reel
 * @property {number} place
 * @property {number} places
 * @property {Item | null} next
 */

const HELD_MS = 2000;
const LATE_MS = 5000;
const REST_MS = 1000;
const LOST_MS = 3000;
const TICK_MS = 200;
const SOON_S = 60;
/** @type {Told | null} */
let now = null;
let got_ms = 0;
/** @type {import("./moment_rows.js").Tags} */
let list = new Map();

say(part("address"), `${location.host}/screen`);
follow((status) => status !== null && !status.unlocked && signInFor(new Fault("locked", "", "")), 2000);
void tagWords().then((found) => {
  list = found;
  if (now !== null) draw(now);
});
const again = choosing((fields) => void tell("/api/remote/show", fields));
void helpingQuestion().catch(() => undefined);
void poll();
setInterval(tick, TICK_MS);

/** What the family wants help with, in this visit. */
async function helpingQuestion() {
  const question = (await ask("/api/visit")).visit?.question ?? "";
  say(part("question"), question);
  show(part("question"), question !== "");
}

async function poll() {
  let rev = "";
  for (;;) {
    if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
    try {
      const told = await ask(`/api/remote?wait_ms=${HELD_MS}${rev}`, undefined, LATE_MS);
      rev = `&rev=${told.rev}`;
      showFaults(part("faults"), []);
      draw(told);
    } catch (fault) {
      rev = "";
      if (!(fault instanceof Fault) || signInFor(fault)) return;
      showFaults(part("faults"), [fault]);
      say(part("link"), words.link_lost);
      await new Promise((done) => setTimeout(done, REST_MS));
    }
  }
}

/** @param {string} path @param {Record<string, unknown>} [fields] */
async function tell(path, fields = {}) {
  try {
    await change(path, fields);
    showFaults(part("faults"), []);
  } catch (fault) {
    if (fault instanceof Fault && !signInFor(fault)) showFaults(part("faults"), [fault]);
  }
}

/** @param {Told} told */
function draw(told) {
  if (now !== null && told.marks !== now.marks) again();
  [now, got_ms] = [told, Date.now()];
  const lost = (told.silent_ms ?? 0) > LOST_MS;
  say(part("link"), !told.taken ? words.link_none : lost ? words.link_lost : words.link_good);
  part("link").className = `chip ${!told.taken ? "" : lost ? "is-warn" : "is-good"}`;
  show(part("none"), !told.taken);
  show(part("remote"), told.taken);
  show(part("curtain-bar"), told.taken && told.face !== "curtain");
  const soon = told.locks_in_s !== null && told.locks_in_s < SOON_S;
  show(part("locks"), soon);
  if (soon) say(part("locks-word"), fill(words.locks, { time: clock_time((told.locks_in_s ?? 0) * 1000) }));
  drawWaiting(told.waiting);
  drawNow(told);
  drawNext(told);
  mark(told.moment ?? "");
  tick();
}

/** @param {string[]} codes */
function drawWaiting(codes) {
  show(part("none-yet"), codes.length === 0);
  if (part("waiting").dataset["shown"] === codes.join(" ")) return;
  part("waiting").dataset["shown"] = codes.join(" ");
  part("waiting").replaceChildren(...codes.map((code) => {
    const use = make("button", { class: "primary big wide" }, icon("screen"), fill(words.use, { code }));
    use.addEventListener("click", () => void tell("/api/remote/take", { code }));
    return make("li", {}, use);
  }));
}

/** @param {Item} item */
function titleOf(item) {
  if (item.kind === "card") return fill(words.card, { text: item.text });
  return fill(words.of_film, { number: item.number ?? "–", time: clock_time(item.kind === "clip" ? item.in_ms : item.pts_ms) });
}

/** @param {Told} told */
function drawNow(told) {
  const { item, face } = told;
  const moving = face === "playing";
  const film = moving || face === "held";
  say(part("face"), { curtain: words.face_curtain, playing: words.face_playing, held: words.face_held, still: words.face_still, card: words.face_card }[face]);
  part("face").className = `chip ${moving ? "is-good" : ""}`;
  part("face").dataset["face"] = face;
  say(part("now-title"), item === null ? words.nothing : item.kind === "card" ? item.text : told.tags.length > 0 ? nameOf(told, list) : words.moment);
  say(part("where"), item === null ? words.nothing_do : item.kind === "card" ? words.of_card : titleOf(item));
  for (const id of ["progress", "clock", "transport"]) show(part(id), film);
  for (const id of ["slow", "loop"]) show(button(id), film);
  say(part("play-word"), moving ? words.hold : words.play);
  showIcon(part("play-icon"), moving ? "freeze" : "play");
  say(part("speed"), told.speed === 1 ? words.speed_1 : told.speed === 0.5 ? words.speed_half : words.speed_quarter);
  for (const [id, on] of /** @type {const} */ ([["slow", told.speed !== 1], ["loop", told.looping], ["captions", told.words], ["parent", told.parent]]))
    button(id).setAttribute("aria-pressed", String(on));
  const prompts = item !== null && item.prompts.length > 0 ? item.prompts : [words.see, words.feel, words.think];
  const key = prompts.join("\n");
  if (part("prompts").dataset["shown"] === key) return;
  part("prompts").dataset["shown"] = key;
  part("prompts").replaceChildren(...prompts.map((each) => make("li", { dir: "auto" }, each)));
}

/** @param {Told} told */
function drawNext({ reel, next, place, places }) {
  show(part("next"), next !== null);
  if (reel === null || next === null) return;
  say(part("next-place"), fill(words.place_of, { n: place + 2, all: places }));
  say(part("next-word"), titleOf(next));
}

/** Where the film is by now. */
function tick() {
  const item = now?.item;
  if (now === null || item?.kind !== "clip") return;
  const long_ms = item.out_ms - item.in_ms;
  let into_ms = now.at_ms - item.in_ms;
  if (now.face === "playing") into_ms += ((now.now_us - now.since_us) / 1000 + Date.now() - got_ms) * now.speed;
  into_ms = now.looping ? into_ms % long_ms : Math.min(into_ms, long_ms);
  say(part("at"), clock_time(into_ms));
  say(part("all"), clock_time(long_ms));
  part("done").style.setProperty("--done", `${((100 * into_ms) / long_ms).toFixed(1)}%`);
}

button("captions").addEventListener("click", () => void tell("/api/remote/do/words"));
for (const what of ["back", "step-back", "step-on", "again", "slow", "loop", "parent", "curtain"])
  button(what).addEventListener("click", () => void tell(`/api/remote/do/${what}`));
button("play").addEventListener("click", () => void tell(`/api/remote/do/${now?.face === "playing" ? "hold" : "play"}`));
button("next-go").addEventListener("click", () => now?.reel && void tell("/api/remote/show", { reel: now.reel.id, place: now.place + 1 }));
button("let-go").addEventListener("click", () => void tell("/api/remote/let-go"));
button("stay").addEventListener("click", () => void ask("/api/reels").catch(() => undefined));
find("card-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const words_on = find("card-words", HTMLTextAreaElement);
  void tell("/api/remote/show", { card: words_on.value.trim() }).then(() => (words_on.value = ""));
});
void been("remote");
