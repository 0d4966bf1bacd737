// @ts-check
/** The page of the way home: what is being sent, how long it takes, and which films are safe at the office. */
import { Fault, ask, change } from "./api.js";
import { button, make, part, say, show, showFaults } from "./dom.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { standingChips } from "./standing.js";
import { bytes, clock_time, count, fill, joined, words } from "./words.js";

/**
 * @typedef {import("./standing.js").Standing & {id: string, number: number, utc_ms: number, film_ms: number,
 *   open: boolean, bytes: number}} Film
 * @typedef {{session: string, state: string, bytes: number, sent_bytes: number}} Carried
 * @typedef {{state: "idle" | "waiting" | "carrying" | "unreachable" | "recording", sessions: Carried[], bytes: number,
 *   sent_bytes: number, eta_s: number | null, fault: {code: string, what: string, do: string} | null}} Courier
 * @typedef {{courier: Courier | null, fault: {what: string, do: string} | null, films: Film[], purged: number}} Told
 */

const EVERY_MS = 1000;
let drawn = "";

follow();
const again = poll(
  () => ask("/api/carrying"),
  EVERY_MS,
  draw,
  (fault) => signInFor(fault) || showFaults(part("faults"), [fault]),
);

/** @param {Told} told */
function draw(told) {
  const key = JSON.stringify(told);
  if (key === drawn) return;
  drawn = key;
  const faults = [told.fault, told.courier?.fault ?? null].filter((each) => each !== null);
  showFaults(part("faults"), faults.map((each) => ({ what: each.what, todo: each.do })));
  drawWay(told);
  show(part("none"), told.films.length === 0);
  part("films").replaceChildren(...told.films.map((film) => line(film, told.courier)));
  say(part("purged"), told.purged === 0 ? "" : count(told.purged, words.purged_one, words.purged));
}

/** @param {Told} told */
function drawWay({ courier, films }) {
  const going = courier?.state === "carrying";
  const closed = films.filter((film) => !film.open);
  const safe = closed.length > 0 && closed.every((film) => film.safe);
  const state = courier === null ? "unreachable" : courier.state !== "idle" ? courier.state : safe ? "safe" : arrived(courier) ? "sent" : "idle";
  say(part("way-word"), WORDS[state]?.[0] ?? state);
  say(part("way-hint"), courier?.fault ? "" : WORDS[state]?.[1] ?? "");
  part("way-word").parentElement?.classList.toggle("is-safe", state === "safe");
  const done = safe ? 1 : courier !== null && courier.bytes > 0 ? courier.sent_bytes / courier.bytes : 0;
  part("way-line").style.setProperty("--done", `${(100 * Math.min(1, done)).toFixed(1)}%`);
  const figures = going && courier !== null ? fill(words.way_of, { sent: bytes(courier.sent_bytes), all: bytes(courier.bytes) }) : "";
  const left = going && courier?.eta_s != null ? fill(words.way_left, { time: clock_time(courier.eta_s * 1000) }) : "";
  say(part("way-figures"), joined(figures, left));
  show(button("go"), state === "waiting" || state === "unreachable" || state === "idle");
}

/** Whether all that was sent lies at the office, which has not signed for all of it. @param {Courier} courier */
const arrived = ({ sessions }) => sessions.some((each) => each.state === "sent");

/** @type {Record<string, [string, string]>} */
const WORDS = {
  idle: [words.way_idle, words.way_idle_hint],
  waiting: [words.way_waiting, words.way_waiting_hint],
  carrying: [words.way_carrying, words.way_carrying_hint],
  unreachable: [words.way_unreachable, words.way_unreachable_hint],
  sent: [words.way_sent, words.way_sent_hint],
  recording: [words.way_recording, words.way_recording_hint],
  safe: [words.way_safe, words.way_safe_hint],
};

/** @param {Film} film @param {Courier | null} courier */
function line(film, courier) {
  const when = film.utc_ms ? new Date(film.utc_ms).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }) : words.clock_unsure;
  const carried = courier?.sessions.find((each) => each.session === film.id);
  const going = carried !== undefined && carried.sent_bytes < carried.bytes && !film.safe;
  return make("li", { class: "card way-film" },
    make("strong", {}, fill(words.session_title, { number: film.number })),
    make("span", { class: "soft small figures" }, clock_time(film.film_ms)),
    make("span", { class: "soft small" }, when),
    make("span", { class: "soft small figures" }, bytes(film.bytes)),
    going ? make("progress", { max: carried.bytes, value: carried.sent_bytes, "aria-label": fill(words.way_film, { number: film.number }) }) : null,
    make("span", { class: "chips" }, ...standingChips(film)),
  );
}

button("go").addEventListener("click", async () => {
  try {
    await change("/api/carrying/go");
  } catch (fault) {
    if (fault instanceof Fault) showFaults(part("faults"), [fault]);
  }
  again();
});
