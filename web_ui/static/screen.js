// @ts-check
/**
 * The family's screen: shows a number until a phone chooses it, then whatever that phone sends.
 * Whatever goes wrong, an answer that is late by 2 s among it, closes the curtain.
 */
import { Fault, ask, change } from "./api.js";
import { button, part, say, show } from "./dom.js";
import { Stage } from "./stage.js";
import { words } from "./words_screen.js";

/** @typedef {import("./stage.js").Told} Told */

const HELD_MS = 1000;
const LATE_MS = 2000;
const LOOK_MS = 1000;
const KEPT_MS = 2500;
const stage = new Stage(
  (report) => void change("/api/screen/told", report).catch(() => undefined),
  () => show(button("sound"), true),
);
let used = false;
/** @type {Told | null} */
let now = null;
void live();

addEventListener("pageshow", (event) => event.persisted && location.reload());

async function live() {
  for (;;) {
    await beChosen();
    used = true;
    void stayAwake();
    await follow();
    document.body.classList.add("was-used");
  }
}

/** Shows a number until this is the screen. */
async function beChosen() {
  for (;;) {
    const told = await ask("/api/screen/code").catch(() => null);
    if (told?.taken) break;
    if (told !== null && told.code === null) {
      const asked = await change("/api/screen/ask").catch((fault) => (fault instanceof Fault ? fault : null));
      if (asked instanceof Fault) say(part("told"), asked.status === 0 ? words.back_soon : words.too_many);
      else await number(asked?.code ?? "");
    } else await number(told?.code ?? "");
    if (told === null && !used) say(part("told"), words.back_soon);
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  await number("");
}

/** @param {string} code */
async function number(code) {
  say(part("code"), code);
  show(part("asking"), code !== "");
  if (code !== "") say(part("told"), "");
}

/** Until this is the screen no more. */
async function follow() {
  let rev = "";
  say(part("told"), "");
  for (;;) {
    try {
      const told = await ask(`/api/screen?wait_ms=${HELD_MS}${rev}`, undefined, LATE_MS);
      rev = `&rev=${told.rev}`;
      draw(told);
    } catch (fault) {
      rev = "";
      curtain();
      if (fault instanceof Fault && fault.code === "screen-gone") return;
      await new Promise((done) => setTimeout(done, HELD_MS / 2));
    }
  }
}

function curtain() {
  stage.close();
  now = null;
  show(part("caption"), false);
  show(part("parent"), false);
  part("stage").dataset["face"] = "curtain";
}

/** @param {Told} told */
function draw(told) {
  now = told;
  if (told.face === "curtain") return curtain();
  stage.follow(told);
  const film = told.face !== "card";
  const all = told.tags.map((wording) => wording[document.documentElement.lang] ?? wording["en"] ?? "");
  say(part("caption"), all.filter(Boolean).join(" · "));
  show(part("caption"), all.length > 0);
  show(part("parent"), told.parent && film);
  part("stage").classList.toggle("has-parent", told.parent && film);
  show(button("p-play"), told.face !== "still");
  show(button("p-again"), told.face !== "still");
  show(button("p-here"), told.face !== "still");
  part("stage").dataset["face"] = told.face;
  part("stage").dataset["turn"] = String(told.turn);
}

/** @param {string} what */
async function touch(what) {
  if (now === null) return;
  const at_ms = stage.player === null ? now.at_ms : Math.round(stage.player.picture_s * 1000);
  const told = await change("/api/screen/told", { do: what, turn: now.turn, at_ms }).catch(() => null);
  if (what !== "that-one" || told === null) return;
  button("p-that-one").classList.add("is-kept");
  say(part("that-one-word"), words.that_one_kept);
  setTimeout(() => {
    button("p-that-one").classList.remove("is-kept");
    say(part("that-one-word"), words.that_one);
  }, KEPT_MS);
}

for (const what of ["play", "again", "here", "that-one"]) button(`p-${what}`).addEventListener("click", () => void touch(what));
button("begin").addEventListener("click", () => void part("stage").requestFullscreen?.().catch(() => undefined));
button("sound").addEventListener("click", () => {
  if (stage.player !== null) stage.player.video.muted = false;
  show(button("sound"), false);
});

/** As long as the page is seen, where the browser allows it. */
async function stayAwake() {
  if (document.hidden || !("wakeLock" in navigator)) return;
  await navigator.wakeLock.request("screen").catch(() => undefined);
}
document.addEventListener("visibilitychange", () => used && void stayAwake());
