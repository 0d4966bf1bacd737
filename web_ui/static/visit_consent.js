// @ts-check
/** Consent by scope, and the child's assent: what is on record, and what is said today, each kept by one tap. */
import { Fault, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { askVisit, been, drawWay } from "./visiting.js";
import { fill } from "./words.js";
import { words } from "./words_visit.js";

/** @typedef {import("./visiting.js").Told} Told */
/** @typedef {import("./visiting.js").Consent} Consent */

const DAY_MS = 86_400_000;
const FIRST = 2;
/** @type {[string, string, string][]} scope, name, meaning */
const SCOPES = [
  ["film", words.scope_film, words.scope_film_told],
  ["review", words.scope_review, words.scope_review_told],
  ["supervision", words.scope_supervision, words.scope_supervision_told],
  ["intervision", words.scope_intervision, words.scope_intervision_told],
  ["training", words.scope_training, words.scope_training_told],
  ["stills", words.scope_stills, words.scope_stills_told],
  ["copy", words.scope_copy, words.scope_copy_told],
  ["research", words.scope_research, words.scope_research_told],
];
/** @type {Record<string, string>} */
const BY = { parent: words.by_parent, carer: words.by_carer, "local-authority": words.by_local_authority, "young-person": words.by_young_person };
const SAYS = ["ok", "unsure", "no"];
/** @type {Map<string, HTMLElement>} */
const rows = new Map();
/** @type {Told | null} */
let told = null;

follow();
const again = poll(askVisit, 3000, draw, (fault) => signInFor(fault) || showFaults(part("faults"), [fault]));
SCOPES.forEach(([scope, name, meaning], n) => {
  const row = scopeRow(scope, name, meaning);
  rows.set(scope, row);
  part(n < FIRST ? "scopes" : "more-scopes").append(row);
});

/** @param {string} scope @param {string} name @param {string} meaning */
function scopeRow(scope, name, meaning) {
  const tap = (/** @type {boolean} */ given) => {
    const made = make("button", { "data-given": String(given), "aria-pressed": "false", "aria-label": fill(given ? words.yes_to : words.no_to, { scope: name }) }, given ? words.yes : words.no);
    made.addEventListener("click", () => void put("/api/visit/consent", { scope, given, authority: find("authority", HTMLSelectElement).value, ...until() }));
    return made;
  };
  const record = make("p", { class: "on-record" });
  return make("div", { class: "scope" },
    make("div", { class: "scope-told" }, make("strong", {}, name), make("p", { class: "soft small" }, meaning), record),
    make("div", { class: "pair-buttons row" }, tap(true), tap(false)));
}

/** The end of the last of these days, here. @returns {{until?: number}} */
function until() {
  const days = Number(find("until", HTMLSelectElement).value);
  if (days === 0) return {};
  const end = new Date(Date.now() + (days - 1) * DAY_MS);
  return { until: end.setHours(23, 59, 59, 0) };
}

/** @param {string} path @param {Record<string, unknown>} fields */
async function put(path, fields) {
  try {
    await change(path, fields);
    say(part("saved"), words.saved);
    showFaults(part("faults"), []);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (!signInFor(fault)) showFaults(part("faults"), [fault]);
  }
  again();
}

/** @param {Told} now */
function draw(now) {
  told = now;
  drawWay(now);
  const locked = now.families === null;
  show(part("locked"), locked);
  show(part("no-visit"), !locked && now.visit === null);
  show(part("asking"), !locked && now.visit !== null);
  show(part("who"), now.visit !== null);
  if (now.visit === null) return;
  say(part("who"), fill(words.code_of, { code: now.visit.code }));
  for (const [scope, row] of rows) drawScope(row, now.visit.consents?.find((each) => each.scope === scope));
  drawAssent(now.visit.says);
  drawGo(now);
}

/** @param {HTMLElement} row @param {Consent | undefined} consent */
function drawScope(row, consent) {
  const record = row.querySelector(".on-record");
  if (record === null) return;
  say(record, onRecord(consent));
  record.className = `on-record${consent?.good ? " is-yes" : consent !== undefined ? " is-no" : ""}`;
  for (const each of row.querySelectorAll("button")) {
    const given = each.dataset["given"] === "true";
    each.setAttribute("aria-pressed", String(consent !== undefined && (given ? consent.good : !consent.given)));
  }
}

/** @param {Consent | undefined} consent */
function onRecord(consent) {
  if (consent === undefined) return words.not_asked;
  const day = (/** @type {number} */ at) => new Date(at).toLocaleDateString(LANGUAGE, { dateStyle: "medium" });
  const values = { who: BY[consent.authority] ?? consent.authority, date: day(consent.at), until: consent.until === null ? "" : day(consent.until) };
  if (!consent.given) return fill(words.no_by, values);
  if (!consent.good) return fill(words.yes_past, values);
  return fill(consent.until === null ? words.yes_by : words.yes_by_until, values);
}

/** @param {string | null} says */
function drawAssent(says) {
  for (const each of SAYS) button(`says-${each}`).setAttribute("aria-pressed", String(each === says));
  show(part("gently-no"), says === "no");
  show(part("gently-unsure"), says === "unsure");
}

/** What leads on: to the picture, or, where the answer is no, to the end of the visit. @param {Told} now */
function drawGo(now) {
  const go = find("go", HTMLAnchorElement);
  const refused = now.visit?.says === "no" || now.next === "close";
  const answered = now.done.includes("consent");
  say(go, refused ? words.to_close : answered ? words.to_picture : words.ask_later);
  go.href = refused ? "/visit/close" : "/framing";
  go.classList.toggle("primary", answered);
}

for (const says of SAYS) button(`says-${says}`).addEventListener("click", () => void put("/api/visit/assent", { says }));
find("go", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  const { href } = find("go", HTMLAnchorElement);
  void (told?.done.includes("consent") ? Promise.resolve() : been("consent")).then(() => location.assign(href));
});
