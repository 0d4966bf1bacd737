// @ts-check
/** The level meter: a bar for the loudness, a mark for the peak, and a word. Apart because two pages have one. */
import { say } from "./dom.js";
import { words } from "./words.js";

/** @typedef {import("./poll.js").Status} Status */

const QUIET_DBFS = -60;
/** @type {Record<string, string>} */
const WORDS = { none: words.sound_none, quiet: words.sound_quiet, good: words.sound_good, loud: words.sound_loud };

/** @param {HTMLElement} meter @param {HTMLElement} at where the word stands @param {Status | null} status */
export function drawLevel(meter, at, status) {
  const level = status?.level ?? null;
  const percent = (/** @type {number} */ dbfs) => Math.max(0, Math.min(100, 100 - (dbfs / QUIET_DBFS) * 100));
  meter.style.setProperty("--rms", level === null ? "0%" : `${percent(level.rms_dbfs).toFixed(1)}%`);
  meter.style.setProperty("--peak", level === null ? "-10%" : `${percent(level.peak_dbfs).toFixed(1)}%`);
  const word = WORDS[level === null ? "none" : (status?.sound ?? "good")] ?? words.sound_good;
  say(at, word);
  meter.setAttribute("aria-valuenow", String(level === null ? QUIET_DBFS : Math.round(Math.max(QUIET_DBFS, level.rms_dbfs))));
  meter.setAttribute("aria-valuetext", word);
}
