// @ts-check
/**
 * The box's lamp on the page: the same colours in the same rhythm, and steady where movement is not wanted.
 * Apart because it must say what the lamp says; a test holds it against the lamp's own table.
 */
import { words } from "./words.js";

/** Colours and how many ms each is shown, over and over. @type {Record<string, [string, number][]>} */
export const PATTERNS = {
  off: [["off", 1000]],
  starting: [["white", 1000], ["off", 1000]],
  ready: [["white", 1000]],
  framing: [["cyan", 1000]],
  recording: [["red", 1000]],
  paused: [["red", 1000], ["white", 1000]],
  playing: [["blue", 1000]],
  "playing and recording": [["magenta", 1000]],
  syncing: [["blue", 1000], ["off", 1000]],
  "do not record": [["amber", 1000]],
  fault: [["amber", 250], ["off", 250]],
  "recording discreetly": [["red", 200], ["off", 1800]],
  "recording, attention": [["red", 300], ["off", 300], ["red", 300], ["off", 1100]],
  "recording discreetly, attention": [["red", 200], ["off", 200], ["red", 200], ["off", 1400]],
  "recording, enough film": [["white", 1000], ["red", 1000]],
};

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** One drawn lamp; `says` as status has it, "" while the box is not heard. */
export class Lamp {
  /** @param {HTMLElement} at */
  constructor(at) {
    this.at = at;
    this.says = "-";
    this.timer = 0;
  }

  /** @param {string} says */
  show(says) {
    if (says === this.says) return;
    this.says = says;
    clearTimeout(this.timer);
    this.#step(PATTERNS[says] ?? [["off", 1000]], 0);
  }

  /** @param {[string, number][]} pattern @param {number} n */
  #step(pattern, n) {
    const [colour, ms] = pattern[n % pattern.length] ?? ["off", 1000];
    this.at.dataset["colour"] = colour;
    if (pattern.length > 1 && !still.matches) this.timer = setTimeout(() => this.#step(pattern, n + 1), ms);
  }
}

/** What the lamp means. @param {string} says */
export function sentence(says) {
  /** @type {Record<string, string>} */
  const known = words;
  return known[`lamp_${says.replace(/,? /g, "_")}`] ?? "";
}
