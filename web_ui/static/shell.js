// @ts-check
/**
 * What every page has around it: the lamp and the box's state at the top, the lock, and where to go when signed out.
 * At the desk there is no lamp: desk_shell.js has what stands around its pages.
 */
import { Fault, ask } from "./api.js";
import { say, show } from "./dom.js";
import { Lamp } from "./lamp.js";
import { poll, status } from "./poll.js";
import { askIfQuiet } from "./quiet.js";
import { words } from "./words.js";

/** @typedef {import("./poll.js").Status} Status */

/** @type {Record<string, string>} */
const STATES = {
  off: words.state_off,
  starting: words.state_starting,
  ready: words.state_ready,
  recording: words.state_recording,
  paused: words.state_paused,
  finishing: words.state_finishing,
  fault: words.state_fault,
};

/** What the box does besides while it is ready. @type {Record<string, string>} */
const READY = { playing: words.state_playing, syncing: words.state_syncing, framing: words.state_framing };

/** @param {Status | null} told */
export function stateWord(told) {
  if (told === null) return words.state_gone;
  return (told.state === "ready" ? READY[told.lamp.says] : undefined) ?? STATES[told.state] ?? told.state;
}

/** A page that a browser has kept whole and brings back by "back" may be of before a lock: it is asked for anew. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.body.replaceChildren();
  location.reload();
});

/** Sends the browser to where a phone is paired or unlocked, and back here afterwards. @param {Fault} fault */
export function signInFor(fault) {
  if (fault.code !== "not-paired" && fault.code !== "locked") return false;
  location.assign(`${document.body.dataset["door"] ?? "/unlock"}?next=${encodeURIComponent(location.pathname)}`);
  return true;
}

/**
 * Follows the box for a page: `changed` gets each status, or the fault why there is none.
 * @param {(told: Status | null, fault: Fault | null) => void} [changed] @param {number} [every_ms]
 * @param {(fault: Fault) => boolean} [signedOut] what a page does instead of going to where one signs in
 * @returns {() => void} asks at once
 */
export function follow(changed = () => {}, every_ms = 1000, signedOut = signInFor) {
  const at = document.getElementById("top-lamp");
  const lamp = at === null ? null : new Lamp(at);
  void showBench();
  const again = poll(
    status,
    every_ms,
    (told) => {
      lamp?.show(told.lamp.says);
      head(told);
      askIfQuiet(told, () => again());
      changed(told, null);
    },
    (fault) => {
      if (signedOut(fault)) return;
      lamp?.show("");
      head(null);
      changed(null, fault);
    },
  );
  return again;
}

/** @param {Status | null} told */
function head(told) {
  const state = document.getElementById("top-state");
  if (state === null) return;
  say(state, stateWord(told));
  const forgot = document.getElementById("forgot");
  if (forgot !== null && told !== null) show(forgot, told.forgot);
  const lock = document.getElementById("top-lock");
  if (lock === null || told === null) return;
  lock.classList.toggle("is-unlocked", told.unlocked);
  for (const each of lock.querySelectorAll("[data-when]"))
    show(each, each.getAttribute("data-when") === (told.unlocked ? "unlocked" : "locked"));
}

/** A box made of software has one page more. */
async function showBench() {
  const tab = document.getElementById("bench-tab");
  if (tab !== null) tab.hidden = !(await ask("/api/hello").catch(() => ({ demo: false }))).demo;
}
