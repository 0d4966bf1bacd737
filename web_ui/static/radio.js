// @ts-check
/**
 * Where the box's one Wi-Fi belongs, and the wish to have it elsewhere, which costs this phone the box for a while.
 * Apart from what is carried, for most boxes go home by cable and nobody asks.
 */
import { Fault, ask, change } from "./api.js";
import { button, find, part, say, show, showFaults } from "./dom.js";
import { choose } from "./hold.js";
import { poll } from "./poll.js";
import { words } from "./words.js";

/**
 * @typedef {"visit" | "office" | "off"} Mode
 * @typedef {{mode: Mode, next: Mode | null, phones: number | null, given: boolean}} Radio
 */

const EVERY_MS = 5000;

const again = poll(
  () => ask("/api/radio"),
  EVERY_MS,
  ({ radio }) => draw(radio),
  () => {}, // the page says that the box does not answer
);

/** @param {Radio | null} radio */
function draw(radio) {
  show(part("radio"), radio !== null);
  if (radio === null) return;
  say(part("radio-word"), radio.next === null ? NOW[radio.mode] : NEXT[radio.next]);
  show(button("radio-office"), radio.given && radio.mode !== "office" && radio.next === null);
  show(button("radio-off"), radio.mode !== "off" && radio.next === null);
  show(button("radio-stay"), radio.next !== null);
}

/** @type {Record<Mode, string>} */
const NOW = { visit: words.radio_visit, office: words.radio_office, off: words.radio_off };

/** @type {Record<Mode, string>} */
const NEXT = { visit: words.radio_to_visit, office: words.radio_to_office, off: words.radio_to_off };

/** @param {string} mode */
async function wish(mode) {
  if (mode === "") return;
  try {
    await change("/api/radio/place", { mode });
    showFaults(part("faults"), []);
  } catch (fault) {
    if (fault instanceof Fault) showFaults(part("faults"), [fault]);
  }
  again();
}

button("radio-office").addEventListener("click", async () => wish(await choose(find("office-sure", HTMLDialogElement))));
button("radio-off").addEventListener("click", async () => wish(await choose(find("off-sure", HTMLDialogElement))));
button("radio-stay").addEventListener("click", () => void wish("visit"));
