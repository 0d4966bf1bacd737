// @ts-check
/**
 * The visit that is now, as the box tells it, and the bar that shows the way through it.
 * Apart because every page of a visit draws it the same, and each leads on to the same next step.
 */
import { ask, change } from "./api.js";
import { show } from "./dom.js";

/**
 * @typedef {"ready" | "family" | "consent" | "framing" | "film" | "watch" | "remote" | "close"} Step
 *
 * @typedef {object} Consent times are UTC in ms
 * @property {string} scope
 * @property {boolean} given
 * @property {boolean} good given, and not past
 * @property {string} authority
 * @property {number | null} until
 * @property {number} at
 * @property {string | null} visit
 *
 * @typedef {object} Visit `question` and `consents` are null while this phone is locked
 * @property {string} id
 * @property {string} family
 * @property {string} code
 * @property {"film" | "review"} purpose
 * @property {number | null} target_min
 * @property {boolean} discreet
 * @property {"ok" | "unsure" | "no" | null} says
 * @property {boolean} may_film
 * @property {string | null} question
 * @property {Consent[] | null} consents
 *
 * @typedef {{id: string, code: string, language: string | null, visits: number,
 *   last: {at: number, question: string, purpose: string} | null}} Family
 * @typedef {{visit: Visit | null, done: Step[], next: Step, last_session: string | null, families: Family[] | null,
 *   reading: boolean}} Told
 */

/** @returns {Promise<Told>} */
export const askVisit = () => ask("/api/visit");

/** Where a step is done; "" while it cannot be: there is no film to watch yet. @param {Step} step @param {Told} told */
export function addressOf(step, told) {
  if (step === "watch") return told.last_session === null ? "" : `/sessions/${told.last_session}/summary`;
  if (step === "framing") return "/framing";
  if (step === "film") return "/record";
  return step === "remote" ? "/remote" : `/visit/${step}`;
}

/** Says that somebody has been at this step; what the box cannot hear now is no reason to wait. @param {Step} step */
export const been = (step) => change("/api/visit/passed", { step }).catch(() => undefined);

/** Draws the bar. @param {Told} told */
export function drawWay(told) {
  for (const each of document.querySelectorAll("#way [data-step]")) {
    const step = /** @type {Step} */ (each.getAttribute("data-step"));
    const link = each.querySelector("a");
    const address = addressOf(step, told);
    if (link !== null && address !== "" && link.getAttribute("href") !== address) link.href = address;
    if (link !== null && address === "") link.removeAttribute("href");
    each.classList.toggle("is-next", step === told.next);
    each.classList.toggle("is-done", told.done.includes(step));
    const mark = each.querySelector(".way-done");
    if (mark !== null) show(mark, told.done.includes(step));
  }
}
