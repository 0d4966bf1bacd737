// @ts-check
/** The home of a visit: the one next step, who is visited, and the whole way. */
import { find, icon, make, part, say, show, showFaults } from "./dom.js";
import { poll } from "./poll.js";
import { follow, signInFor } from "./shell.js";
import { addressOf, askVisit, drawWay } from "./visiting.js";
import { fill } from "./words.js";
import { words } from "./words_visit.js";

/** @typedef {import("./visiting.js").Told} Told */
/** @typedef {import("./visiting.js").Visit} Visit */

const EVERY_MS = 2000;
/** Title, sentence, button and picture of each step. @type {Record<string, [string, string, string, string]>} */
const STEPS = {
  ready: [words.ready_title, words.ready_told, words.ready_go, "ready"],
  family: [words.family_title, words.family_told, words.family_go, "family"],
  consent: [words.consent_title, words.consent_told, words.consent_go, "consent"],
  framing: [words.framing_title, words.framing_told, words.framing_go, "framing"],
  film: [words.film_title, words.film_told, words.film_go, "record"],
  filming: [words.filming_title, words.filming_told, words.filming_go, "tags"],
  watch: [words.watch_title, words.watch_told, words.watch_go, "star"],
  remote: [words.remote_title, words.remote_told, words.remote_go, "screen"],
  close: [words.close_title, words.close_told, words.close_go, "door"],
};
const SAYS = { ok: words.child_ok, unsure: words.child_unsure, no: words.child_no };
let filming = false;

follow((status) => {
  const now = status !== null && status.film !== null;
  if (now !== filming) again();
  filming = now;
});
const again = poll(askVisit, EVERY_MS, draw, (fault) => signInFor(fault) || showFaults(part("faults"), [fault]));

/** @param {Told} told */
function draw(told) {
  showFaults(part("faults"), []);
  drawWay(told);
  drawNext(told);
  drawWho(told.visit);
}

/** @param {Told} told */
function drawNext(told) {
  const under_way = told.next === "film" && filming;
  const [title, sentence, go, picture] = STEPS[under_way ? "filming" : told.next] ?? ["", "", "", ""];
  say(part("next-title"), title);
  say(part("next-told"), told.next === "close" && told.visit?.says === "no" ? words.close_no_told : sentence);
  document.getElementById("next-icon")?.setAttribute("href", `#i-${picture}`);
  const next = find("next", HTMLAnchorElement);
  say(next, go);
  next.href = under_way ? "/tags" : addressOf(told.next, told) || "/sessions";
}

/** @param {Visit | null} visit */
function drawWho(visit) {
  show(part("who"), visit !== null);
  if (visit === null) return;
  say(part("code"), fill(words.code_of, { code: visit.code }));
  const key = JSON.stringify(visit);
  const chips = part("chips");
  if (chips.dataset["shown"] === key) return;
  chips.dataset["shown"] = key;
  chips.replaceChildren(...chipsOf(visit));
  show(part("question"), Boolean(visit.question));
  say(part("question"), visit.question ?? "");
}

/** @param {Visit} visit */
function chipsOf({ purpose, target_min, may_film, says, discreet }) {
  const chip = (/** @type {string} */ kind, /** @type {string} */ picture, /** @type {string} */ text) =>
    make("span", { class: `chip ${kind}` }, icon(picture), text);
  const all = [purpose === "film" ? chip("", "record", words.purpose_film) : chip("", "play", words.purpose_review)];
  if (target_min !== null) all.push(chip("", "clock", fill(words.target, { n: target_min })));
  if (discreet) all.push(chip("", "moon", words.discreet));
  if (says !== "no") all.push(may_film ? chip("is-good", "check", words.consent_good) : chip("is-warn", "consent", words.consent_missing));
  if (says !== null) all.push(chip(says === "ok" ? "is-good" : "is-warn", "hand", SAYS[says]));
  return all;
}
