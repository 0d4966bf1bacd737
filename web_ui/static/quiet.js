// @ts-check
/**
 * "Still filming?": the question of a film in which nothing stirs any more, on whatever page somebody looks at.
 * Apart because it comes and goes by itself, and may be answered from a locked phone.
 */
import { Fault, change } from "./api.js";
import { icon, make, say } from "./dom.js";
import { said } from "./said.js";
import { clock_time, fill } from "./words.js";

/** @typedef {import("./poll.js").Status} Status */

const words = said({
  still_filming: "Still filming? Nothing has moved for {n} minutes.",
  still_filming_do: "Unless somebody answers, the film ends by itself in {time}. All of it is safe.",
  film_on: "Film on",
  stop_now: "Stop filming",
});

/** @type {HTMLElement | null} */
let card = null;

/** @param {Status} status @param {() => void} again asks the box at once */
export function askIfQuiet(status, again) {
  const { quiet } = status;
  if (quiet === null || quiet === undefined) {
    card?.remove();
    card = null;
    return;
  }
  card ??= place(again);
  if (card === null) return;
  const minutes = Math.floor((status.now_us - quiet.since_us) / 60e6);
  const time = clock_time((quiet.stops_at_us - status.now_us) / 1000);
  const [what, todo] = card.querySelectorAll("strong, p");
  if (what) say(what, fill(words.still_filming, { n: minutes }));
  if (todo) say(todo, fill(words.still_filming_do, { time }));
}

/** @param {() => void} again @returns {HTMLElement | null} */
function place(again) {
  const before = document.getElementById("faults");
  if (before === null) return null;
  const tell = (/** @type {string} */ verb, /** @type {Record<string, unknown>} */ fields) => async () => {
    await change(`/api/recorder/${verb}`, fields).catch((fault) => {
      if (!(fault instanceof Fault)) throw fault;
    });
    again();
  };
  const on = make("button", { class: "primary", id: "still-on" }, words.film_on);
  const stop = make("button", { id: "still-stop" }, words.stop_now);
  on.addEventListener("click", tell("go_on", {}));
  stop.addEventListener("click", tell("stop", { reason: "stop" }));
  const text = make("div", { class: "still-text" }, make("strong", { role: "alert" }), make("p"), make("div", { class: "row" }, on, stop));
  const made = make("section", { class: "fault still" }, icon("record"), text);
  before.before(made);
  return made;
}
