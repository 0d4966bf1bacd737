// @ts-check
/** Framing: the camera's picture twice a second while somebody looks at the page, and what is to be bettered. */
import { ABORT_MS, Fault, change } from "./api.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { choose, holdable } from "./hold.js";
import { drawLevel } from "./level.js";
import { poll } from "./poll.js";
import { follow } from "./shell.js";
import { askVisit, been, drawWay } from "./visiting.js";
import { framing_words as words } from "./words_framing.js";
import { count } from "./words.js";

/** @typedef {import("./poll.js").Status} Status */

const EVERY_MS = 500;
const picture = find("picture", HTMLImageElement);
/** @type {Status | null} */
let now = null;
/** @type {Fault | null} of the last thing that was asked for */
let refused = null;
/** While filming the picture is shown only to whoever asks for it. */
let asked = false;
let shown = "";

/** @returns {boolean} whether the picture may be asked for now */
const wanted = () => now?.state === "ready" || (now?.state === "recording" && asked);

/** @returns {Promise<Blob | null>} null where none is wanted, or the box has none */
async function fetchPicture() {
  if (!wanted()) return null;
  try {
    const answer = await fetch("/api/preview", { cache: "no-store", signal: AbortSignal.timeout(ABORT_MS) });
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

/** @param {Blob | null} blob */
function drawPicture(blob) {
  if (blob !== null && wanted()) {
    const old = shown;
    picture.src = shown = URL.createObjectURL(blob);
    if (old !== "") URL.revokeObjectURL(old);
  } else if (shown !== "") {
    URL.revokeObjectURL(shown);
    picture.removeAttribute("src");
    shown = "";
  }
  show(picture, shown !== "");
  part("view").classList.toggle("is-shown", shown !== "");
}

/** @param {Status | null} status @param {Fault | null} gone */
function draw(status, gone) {
  now = status;
  const faults = (status?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  showFaults(part("faults"), [...(gone ? [gone] : []), ...(refused ? [refused] : []), ...faults]);
  const advice = (status?.advice ?? []).map((each) => ({ what: each.what, todo: each.do }));
  showFaults(part("advice"), advice);
  drawBoxes(status?.picture?.faces ?? []);
  drawGood(status);
  drawLevel(part("meter"), part("level-word"), status);
  drawState(status, advice.length + faults.length);
}

/** @param {Status | null} status @param {number} wrong */
function drawState(status, wrong) {
  const state = status?.state ?? "off";
  const filming = state === "recording" || state === "paused";
  say(part("why"), whyNone(state));
  show(button("look"), state === "recording" && !asked);
  say(part("kept"), filming ? words.kept_filming : words.kept_ready);
  show(button("start"), !filming);
  button("start").disabled = state !== "ready";
  show(part("pad"), filming);
  show(part("free"), !filming);
  const seen = status !== null && status.picture !== null;
  const verdict = part("verdict");
  say(verdict, !seen ? words.dark_view : wrong > 0 ? words.look : words.well);
  verdict.className = `chip ${seen && wrong === 0 ? "is-good" : "is-warn"}`;
  if (!wanted()) drawPicture(null);
}

/** @param {string} state */
function whyNone(state) {
  if (state === "paused") return words.paused;
  if (state === "recording") return asked ? words.waiting : words.filming;
  return state === "ready" ? words.waiting : words.not_ready;
}

/** @param {[number, number, number, number][]} faces per mille of the picture */
function drawBoxes(faces) {
  const at = part("boxes");
  while (at.childElementCount > faces.length) at.lastElementChild?.remove();
  faces.forEach(([left, top, width, height], n) => {
    const box = at.children[n] ?? at.appendChild(make("span"));
    if (!(box instanceof HTMLElement)) return;
    const sides = { left, top, width, height };
    for (const [side, mille] of Object.entries(sides)) box.style.setProperty(side, `${mille / 10}%`);
  });
}

let drawn = "";

/** What is as it should be, in sentences. @param {Status | null} status */
function drawGood(status) {
  const lines = status === null ? [] : good(status);
  const key = JSON.stringify(lines);
  if (key === drawn) return;
  drawn = key;
  part("good").replaceChildren(
    ...lines.map(([picture, sentence, sure]) =>
      make("li", { class: `card health-line ${sure ? "is-good" : ""}` }, icon(picture), make("p", {}, sentence), icon(sure ? "check" : "dash", "sign"))),
  );
}

/** @param {Status} status @returns {[string, string, boolean][]} picture, sentence, and whether it is well */
function good({ picture: seen, sound }) {
  /** @type {[string, string, boolean][]} */
  const lines = [];
  if (seen !== null && seen !== undefined) {
    const n = seen.faces.length;
    if (!seen.covered && !seen.dark && !seen.backlit) lines.push(["sun", words.light, true]);
    if (!seen.covered && !seen.dark && !seen.blurred) lines.push(["freeze", words.sharp, true]);
    if (!seen.covered && !seen.tilted) lines.push(["camera", words.upright, true]);
    if (!seen.covered && !seen.alone) lines.push(["family", n === 0 ? words.face_none : count(n, words.face_one, words.faces), n > 0]);
  }
  if (sound === "good") lines.push(["sound", words.sound_good, true]);
  if (sound === "quiet") lines.push(["sound", words.sound_quiet, false]);
  return lines;
}

async function film() {
  refused = null;
  try {
    await change("/api/recorder/start");
    location.assign("/tags");
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    refused = fault;
    again();
  }
}

button("look").addEventListener("click", () => {
  asked = true;
  again();
});
holdable(button("start"), () => void film(), async () => {
  if ((await choose(find("start-sure", HTMLDialogElement))) === "yes") await film();
});

const again = follow(draw, EVERY_MS);
poll(fetchPicture, EVERY_MS, drawPicture, () => drawPicture(null));
poll(askVisit, 3000, drawWay, () => undefined);
void been("framing");
