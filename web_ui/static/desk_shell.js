// @ts-check
/** What stands around every page of the desk: who has signed in, for how long, the way out, and the one dialog. */
import { Fault, ask, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { choose } from "./hold.js";
import { poll } from "./poll.js";
import { signInFor } from "./shell.js";
import { words } from "./desk_words.js";
import { clock_time, fill, joined } from "./words.js";

const EVERY_MS = 5000;
const SOON_S = 180;

if (document.getElementById("top-who") !== null) {
  poll(() => ask("/api/status"), EVERY_MS, greet, (fault) => void signInFor(fault));
  button("sign-out").addEventListener("click", async () => {
    await change("/api/sign-out").catch(() => undefined);
    location.assign("/sign-in");
  });
}

/** @param {{name: string, locks_in_s: number | null}} told */
function greet({ name, locks_in_s }) {
  const soon = locks_in_s !== null && locks_in_s < SOON_S;
  say(part("top-who"), soon ? joined(name, fill(words.locks_in, { time: clock_time(locks_in_s * 1000) })) : name);
}

/**
 * Asks before anything is changed; the safe answer comes first, has the focus, and is what Escape means.
 * @param {{title: string, text: string, yes: string, no: string, grave?: boolean, field?: HTMLElement[]}} asked
 */
export async function sure({ title, text, yes, no, grave = false, field = [] }) {
  say(part("sure-title"), title);
  say(part("sure-text"), text);
  say(button("sure-yes"), yes);
  say(button("sure-no"), no);
  button("sure-yes").className = grave ? "danger" : "primary";
  part("sure-field").replaceChildren(...field);
  show(part("sure-field"), field.length > 0);
  return (await choose(find("sure", HTMLDialogElement))) === "yes";
}

/** A question for why something is erased, and what was chosen. */
export function whyField() {
  const pick = make("select", { id: "why" },
    make("option", { value: "request" }, words.why_request),
    make("option", { value: "withdrawn" }, words.why_withdrawn),
    make("option", { value: "objection" }, words.why_objection));
  return { field: [make("label", { for: "why" }, words.erase_why), pick], chosen: () => pick.value };
}

/** Does a change, and shows what stood in the way. @param {() => Promise<unknown>} work */
export async function trying(work) {
  showFaults(part("faults"), []);
  try {
    await work();
    return true;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (!signInFor(fault)) showFaults(part("faults"), [fault]);
    return false;
  }
}

/** What a page shows of a question that it asks again and again. @param {() => Promise<any>} question
 * @param {number} every_ms @param {(told: any) => void} answered */
export function watch(question, every_ms, answered) {
  return poll(
    question,
    every_ms,
    (told) => {
      showFaults(part("faults"), []);
      answered(told);
    },
    (fault) => signInFor(fault) || showFaults(part("faults"), [fault]),
  );
}
