// @ts-check
/** The films of this box, the newest first. */
import { Fault, ask, change } from "./api.js";
import { find, icon, make, part, show, showFaults } from "./dom.js";
import { choose } from "./hold.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { standingChips } from "./standing.js";
import { clock_time, count, fill, joined, words } from "./words.js";

/**
 * @typedef {object} Session
 * @property {string} id
 * @property {number} number
 * @property {"open" | "closed" | "recovered" | "empty" | "unreadable"} state
 * @property {number | null} utc_ms
 * @property {number} film_ms
 * @property {string | null} continues
 * @property {boolean} playable
 * @property {string | null} family
 * @property {"film" | "review" | null} purpose
 * @property {number} moments with a tag
 * @property {number} stars
 *
 * @typedef {Session & import("./standing.js").Standing} Film
 */

const EVERY_MS = 5000;
const WIDTH = 480;
/** @type {Film[]} */
let sessions = [];
let live = "";
let drawn = "";

follow((status) => {
  if (status === null) return;
  if (!status.unlocked) signInFor(new Fault("locked", "", ""));
  const now = status.film?.session ?? "";
  if (now !== live) again();
  live = now;
});
const again = poll(
  () => ask("/api/sessions"),
  EVERY_MS,
  (told) => {
    showFaults(part("faults"), []);
    sessions = told.sessions;
    show(part("reading"), told.reading);
    draw();
  },
  (fault) => signInFor(fault) || showFaults(part("faults"), [fault]),
);

function draw() {
  const key = JSON.stringify([sessions, live]);
  if (key === drawn) return;
  drawn = key;
  show(part("waiting"), false);
  show(part("empty"), sessions.length === 0);
  show(part("end"), sessions.some((each) => each.playable));
  /** @type {Map<string, Film[]>} */
  const days = new Map();
  for (const each of sessions) days.set(dayOf(each), [...(days.get(dayOf(each)) ?? []), each]);
  part("days").replaceChildren(
    ...[...days].map(([day, those]) =>
      make("section", { class: "stack" }, make("h2", {}, day), make("ul", { class: "films" }, ...those.map(film))),
    ),
  );
}

/** @param {Session} each */
function dayOf({ utc_ms }) {
  if (!utc_ms) return words.clock_unsure;
  return new Date(utc_ms).toLocaleDateString(LANGUAGE, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** @param {Session} each */
const nameOf = (each) => fill(each.purpose === "review" ? words.session_review : words.session_title, { number: each.number });

/** Whether it plays here: the box has its key, and consent is on record. @param {Film} each */
const plays = (each) => each.playable && each.confirmed;

/** @param {Film} each */
function film(each) {
  const time = each.utc_ms ? new Date(each.utc_ms).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" }) : "";
  const is_live = each.id === live;
  const text = make("div", { class: "film-text" },
    make("h3", {}, plays(each) ? make("a", { href: `/sessions/${each.id}` }, nameOf(each)) : nameOf(each)),
    make("p", { class: "soft small" }, joined(time, each.family, each.continues ? words.continues : null)),
    make("p", { class: "row" }, ...chips(each, is_live), ...standingChips(each)),
    each.playable && !each.confirmed ? make("p", { class: "hint" }, words.consent_needed) : null,
    make("div", { class: "row film-doing" }, ...doing(each, is_live)),
  );
  return make("li", { class: `card film${plays(each) ? "" : " is-closed"}` }, still(each, is_live), text);
}

/** @param {Film} each @param {boolean} is_live */
function doing(each, is_live) {
  const all = [];
  if (!each.confirmed && ["open", "closed", "recovered"].includes(each.state)) {
    const confirm = make("button", { "aria-label": fill(words.consent_of, { title: nameOf(each) }) }, icon("check"), words.consent_is);
    confirm.addEventListener("click", () => void tell(`/api/sessions/${each.id}/confirm`));
    all.push(confirm);
  }
  if (!is_live) {
    const erase = make("button", { class: "quiet round", "aria-label": fill(words.erase_this, { title: nameOf(each) }) }, icon("bin"));
    erase.addEventListener("click", async () => {
      part("erase-told").textContent = fill(words.erase_sure, { title: nameOf(each) });
      if ((await choose(find("erase-sure", HTMLDialogElement))) === "erase") await tell(`/api/sessions/${each.id}/erase`);
    });
    all.push(erase);
  }
  return all;
}

/** @param {string} path */
async function tell(path) {
  try {
    await change(path);
  } catch (fault) {
    if (fault instanceof Fault) showFaults(part("faults"), [fault]);
  }
  again();
}

/** @param {Film} each @param {boolean} is_live */
function still(each, is_live) {
  const length = make("span", { class: "film-length figures" }, clock_time(each.film_ms));
  if (each.film_ms === 0) return make("div", { class: "still" }, icon("dash"));
  if (!plays(each)) return make("div", { class: "still" }, icon("lock"), length);
  const pts_ms = is_live ? 0 : Math.floor(each.film_ms / 2);
  const src = `/sessions/${each.id}/frame.jpg?pts_ms=${pts_ms}&width=${WIDTH}`;
  const picture = make("img", { src, alt: "", loading: "lazy", decoding: "async", width: WIDTH, height: 270 });
  picture.onerror = () => picture.replaceWith(icon("films"));
  return make("div", { class: "still" }, picture, length);
}

/** @param {Session} each @param {boolean} is_live */
function chips(each, is_live) {
  /** @type {HTMLElement[]} */
  const all = [];
  const add = (/** @type {string} */ kind, /** @type {string} */ text, picture = "") =>
    all.push(make("span", { class: `chip ${kind}` }, picture === "" ? null : icon(picture), text));
  if (is_live) add("is-live", words.session_live, "record");
  else if (each.state === "open") add("is-warn", words.session_open, "warning");
  else if (each.state === "recovered") add("", words.session_recovered, "plug");
  if (each.state === "empty") add("", words.why_empty);
  else if (each.state === "unreadable") add("is-warn", words.why_unreadable, "lock");
  else if (!each.playable) add("", words.why_not_here, "lock");
  if (each.moments) add("is-good", count(each.moments, words.moments_one, words.moments), "tag");
  if (each.stars) add("is-good", count(each.stars, words.stars_one, words.stars), "star");
  return all;
}
