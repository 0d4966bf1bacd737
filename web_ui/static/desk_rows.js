// @ts-check
/** A session as the desk tells it: its name, its dates, its chips. Apart and pure, for three pages tell the same. */
import { icon, make } from "./dom.js";
import { words } from "./desk_words.js";
import { LANGUAGE } from "./said.js";
import { clock_time, count, fill, joined } from "./words.js";

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {number} number
 * @property {string} box
 * @property {string} box_name
 * @property {"open" | "closed" | "recovered" | "empty" | "unreadable"} state
 * @property {number} utc_ms
 * @property {number} film_ms
 * @property {number} bytes
 * @property {boolean} playable
 * @property {boolean} confirmed
 * @property {boolean} held
 * @property {number | null} until_ms
 * @property {string | null} order
 * @property {boolean} asked
 * @property {string | null} family
 * @property {"film" | "review" | null} purpose
 * @property {number} moments
 * @property {number} stars
 */

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** @param {Row} row */
export function titleOf({ number, purpose }) {
  if (!number) return words.film_unknown;
  return fill(purpose === "review" ? words.review_title : words.film_title, { number });
}

/** @param {number | null | undefined} utc_ms */
export const dateOf = (utc_ms) =>
  utc_ms ? new Date(utc_ms).toLocaleDateString(LANGUAGE, { dateStyle: "medium" }) : words.never;

/** @param {number | null | undefined} utc_ms */
export const timeOf = (utc_ms) =>
  utc_ms ? new Date(utc_ms).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }) : words.clock_unsure;

/** When something erases itself, as a countdown. @param {number} until_ms @param {number} now_ms */
export function countdown(until_ms, now_ms) {
  const days = Math.floor((until_ms - now_ms) / DAY_MS);
  if (days < 1) return words.erases_today;
  return days === 1 ? words.erases_tomorrow : fill(words.erases_in, { n: days });
}

/** @param {string} kind @param {string} text @param {string} [picture] */
export const chip = (kind, text, picture = "") =>
  make("span", { class: `chip ${kind}` }, picture === "" ? null : icon(picture), text);

/** @param {Row} row @param {number} now_ms */
export function chipsOf(row, now_ms) {
  /** @type {HTMLElement[]} */
  const all = [];
  if (row.order !== null) return [chip("is-warn", words.erasing, "warning")];
  if (row.state === "unreadable") return [chip("is-warn", words.state_unreadable, "lock")];
  if (row.confirmed) all.push(chip("is-good", words.confirmed, "check"));
  else all.push(chip("is-warn", words.unconfirmed, "warning"));
  if (row.asked) all.push(chip("is-warn", words.asks, "warning"));
  if (row.held) all.push(chip("", words.held, "hand"));
  if (row.state === "empty") all.push(chip("", words.state_empty));
  if (row.state === "open") all.push(chip("", words.state_open));
  if (row.state === "recovered") all.push(chip("", words.state_recovered, "plug"));
  const near = row.until_ms !== null && row.until_ms - now_ms < SOON_DAYS * DAY_MS;
  if (row.until_ms !== null && near) all.push(chip(row.confirmed ? "" : "is-warn", countdown(row.until_ms, now_ms), "clock"));
  if (row.moments) all.push(chip("", count(row.moments, words.moments_one, words.moments), "tag"));
  if (row.stars) all.push(chip("", count(row.stars, words.stars_one, words.stars), "star"));
  return all;
}

/** One line of a list. @param {Row} row @param {number} now_ms @param {boolean} coded whether to tell the family */
export function line(row, now_ms, coded) {
  const title = titleOf(row);
  const time = row.utc_ms ? new Date(row.utc_ms).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" }) : "";
  const told = joined(time, clock_time(row.film_ms), row.box_name, coded ? row.family : null);
  const about = make("a", { class: "button", href: `/sessions/${row.id}/about`, "aria-label": fill(words.about_this, { title }) }, words.about);
  const play = make("a", { class: "button primary", href: `/sessions/${row.id}`, "aria-label": fill(words.play_this, { title }) }, icon("play"), words.play);
  return make("li", { class: "card line" },
    make("div", { class: "line-text" }, make("h3", {}, title), make("p", { class: "soft small figures" }, told), make("p", { class: "row" }, ...chipsOf(row, now_ms))),
    make("div", { class: "line-do" }, about, row.playable ? play : null));
}
