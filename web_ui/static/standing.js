// @ts-check
/**
 * Where a film stands, in chips: is consent on record, does the office hold it, when does it go.
 * Apart because the list of films and the page of the way home say it in the same words.
 */
import { icon, make } from "./dom.js";
import { count, fill, words } from "./words.js";

/**
 * @typedef {object} Standing times are UTC in ms
 * @property {boolean} confirmed
 * @property {boolean} held
 * @property {number | null} erases_ms
 * @property {number} stores
 * @property {number} needed
 * @property {boolean} safe
 * @property {number | null} leaves_ms
 */

const DAY_MS = 86_400_000;

/** @param {number} at_ms @param {number} [now_ms] whole days until then, rounded up; 0 once it is past */
export const daysTo = (at_ms, now_ms = Date.now()) => Math.max(0, Math.ceil((at_ms - now_ms) / DAY_MS));

/** @param {number} at_ms */
const inDays = (at_ms) => {
  const days = daysTo(at_ms);
  return days === 0 ? words.in_no_days : count(days, words.in_days_one, words.in_days);
};

/** @param {string} kind @param {string} picture @param {string} text */
const chip = (kind, picture, text) => make("span", { class: `chip ${kind}` }, icon(picture), text);

/** @param {Standing} each @returns {HTMLElement[]} */
export function standingChips(each) {
  const all = [];
  if (!each.confirmed) all.push(chip("is-warn", "warning", words.consent_open));
  if (each.erases_ms !== null) all.push(chip("is-warn", "clock", fill(words.erases, { when: inDays(each.erases_ms) })));
  if (each.held) all.push(chip("", "lock", words.held));
  if (each.safe) all.push(chip("is-good", "office", words.safe_at_office));
  else if (each.stores > 0) all.push(chip("", "office", fill(words.stores_of, { n: each.stores, all: each.needed })));
  if (each.safe && each.leaves_ms !== null) all.push(chip("", "clock", fill(words.leaves, { when: inDays(each.leaves_ms) })));
  return all;
}
