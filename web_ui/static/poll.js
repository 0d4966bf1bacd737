// @ts-check
/**
 * Asks the box how it stands, again and again while the page is seen; each answer also tells the time.
 * Apart because every page lives by it, and none may ask while nobody looks.
 */
import { Fault, ask } from "./api.js";
import { BoxClock } from "./clock.js";

/**
 * @typedef {object} Film of status, while one is in progress
 * @property {string} session
 * @property {number | null} start_us
 * @property {number} film_ms
 * @property {number} acked_ms
 * @property {number} stars
 * @property {"film" | "review"} purpose
 * @property {boolean} discreet
 * @property {number | null} target_ms
 * @property {number} limit_ms
 *
 * @typedef {{faces: [number, number, number, number][], covered: boolean, dark: boolean, backlit: boolean,
 *            blurred: boolean, tilted: boolean, moved: boolean, motion: boolean, alone: boolean}} Picture
 *
 * @typedef {object} Status
 * @property {"off" | "starting" | "ready" | "recording" | "paused" | "finishing" | "fault"} state
 * @property {{says: string, colour: string}} lamp
 * @property {string} boot
 * @property {number} now_us
 * @property {number} minutes_left
 * @property {{code: string, what: string, do: string}[]} faults
 * @property {Film | null} film
 * @property {string | null} last_session
 * @property {number | null} pairing_until_us
 * @property {number} queue_ms
 * @property {number} dropped_pictures
 * @property {{rms_dbfs: number, peak_dbfs: number} | null} level
 * @property {"none" | "quiet" | "good" | "loud"} [sound] what the microphone hears, in a word
 * @property {Picture | null} [picture] what the camera sees; null where nobody knows
 * @property {{code: string, what: string, do: string}[]} [advice]
 * @property {{since_us: number, stops_at_us: number} | null} [quiet] nothing stirs, and nobody has answered yet
 * @property {{temperature_c: number | null, undervoltage: boolean | null, battery_percent: number | null,
 *             plugged_in?: boolean | null, utc_source: string}} health
 * @property {boolean} [clicker] whether one is connected
 * @property {boolean | null} confirmed consent of the film in progress; null without one
 * @property {boolean} forgot a visit is under way, and nothing of it was filmed for minutes
 * @property {{family: string | null, visit: string | null, purpose: "film" | "review", discreet: boolean, target_min: number | null}} armed
 * @property {Record<string, boolean>} [visitors] ops that hide film for a visitor: whether that one is still there
 * @property {boolean} unlocked
 * @property {string} name
 * @property {number | null} locks_in_s
 * @property {string} [rev] of all of it but times and levels
 */

export const clock = new BoxClock();

/** The box's time of a tap; null until it is certain. @param {number} tapped_ms */
export const boxTime = (tapped_ms) => (clock.sure(Date.now(), performance.now()) ? clock.at(tapped_ms) : null);

/** How long the last question took, in ms. */
export let trip_ms = 0;

/**
 * @param {string} path
 * @returns {Promise<any>} the answer, after the clock took its time from it
 */
export async function timed(path) {
  const sent_ms = Date.now();
  const told = await ask(path);
  const got_ms = Date.now();
  trip_ms = got_ms - sent_ms;
  const steady_ms = performance.now();
  if (typeof told.boot === "string") clock.take({ sent_ms, got_ms, steady_ms, boot: told.boot, now_us: told.now_us });
  return told;
}

/**
 * @template T
 * @param {() => Promise<T>} question @param {number} every_ms
 * @param {(told: T) => void} answered @param {(fault: Fault) => void} failed
 * @returns {() => void} asks at once
 */
export function poll(question, every_ms, answered, failed) {
  let timer = 0;
  let asking = false;
  const round = async () => {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    asking = true;
    try {
      answered(await question());
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      failed(fault);
    } finally {
      asking = false;
      timer = setTimeout(round, every_ms);
    }
  };
  document.addEventListener("visibilitychange", round);
  addEventListener("online", round);
  void round();
  return () => void round();
}

/** The newest answer, whole. @type {Status | null} */
let last = null;

/** How the box stands; most answers are only what never stands still, laid over the last. @returns {Promise<Status>} */
export async function status() {
  const known = last?.rev;
  const told = await timed(known === undefined ? "/api/status" : `/api/status?rev=${known}`);
  last = told.state === undefined && last !== null ? laid(last, told) : told;
  return /** @type {Status} */ (last);
}

/** `told` of the same revision over `whole`, one object deep. @param {any} whole @param {any} told @returns {any} */
export function laid(whole, told) {
  const found = { ...whole };
  for (const [key, value] of Object.entries(told)) {
    const inside = (key === "film" || key === "health") && value !== null;
    found[key] = inside ? { ...whole[key], ...value } : value;
  }
  return found;
}

/** A few quick questions, for a page that is about to need the time. */
export async function setClock() {
  for (let n = 0; n < 3; n += 1) await timed("/api/clock").catch(() => undefined);
}
