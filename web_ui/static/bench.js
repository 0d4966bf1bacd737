// @ts-check
/** The box made of software: fingers go down on its buttons and up again, switches are what can happen to it. */
import { Fault, ask, change } from "./api.js";
import { button, find, part, say, showFaults } from "./dom.js";
import { poll } from "./poll.js";
import { fill, words } from "./words.js";

/**
 * @typedef {{colour: string, buzzing: boolean, faults: Record<string, boolean | number>, state: string,
 *            health: {temperature_c: number | null, undervoltage: boolean | null, battery_percent: number | null,
 *                     plugged_in: boolean | null, utc_source: string}}} Look
 */

const LOOK_MS = 150;
const UNSURE = "last known";
const TAP_MS = 80;
const HOLD_MS = 2300;
let dark = false;
/** Sent one after the other, so that no finger is up before it was down. */
let line = Promise.resolve();

part("bench-tab").hidden = false;
const again = poll(() => ask("/api/bench"), LOOK_MS, draw, gone);

/** @param {Look} look */
function draw(look) {
  showFaults(part("faults"), []);
  if (dark) say(part("plug-told"), words.bench_plug_back);
  dark = false;
  part("box").classList.remove("is-out");
  button("plug").disabled = false;
  light(look.colour);
  say(part("state"), stateOf(look.state));
  say(part("top-state"), stateOf(look.state));
  const lamp = fill(words.bench_lamp, { colour: colour(look.colour) });
  say(part("lamp-word"), look.buzzing ? `${lamp}, ${words.bench_buzzing}` : lamp);
  part("box").classList.toggle("is-covered", look.faults["lens_covered"] === true);
  part("box").classList.toggle("is-mute", look.faults["microphone_dead"] === true);
  for (const each of switches()) each.checked = look.faults[each.dataset["fault"] ?? ""] === true;
  const { battery_percent, temperature_c, undervoltage, plugged_in, utc_source } = look.health;
  find("undervoltage", HTMLInputElement).checked = undervoltage === true;
  find("plugged-in", HTMLInputElement).checked = plugged_in === true;
  find("timeless", HTMLInputElement).checked = utc_source === UNSURE;
  slide("battery", battery_percent, "%");
  slide("heat", temperature_c, "°C");
  const charge = document.getElementById("charge");
  charge?.style.setProperty("--charge", String((battery_percent ?? 100) / 100));
  charge?.classList.toggle("is-low", (battery_percent ?? 100) < 20);
}

/** @param {Fault} fault */
function gone(fault) {
  light("off");
  say(part("state"), words.state_off);
  say(part("top-state"), words.state_gone);
  say(part("lamp-word"), fill(words.bench_lamp, { colour: words.colour_off }));
  if (!dark) showFaults(part("faults"), [fault]);
}

/** @param {string} name */
function light(name) {
  for (const id of ["bulb", "halo", "top-lamp"]) document.getElementById(id)?.setAttribute("data-colour", name);
}

/** @param {string} name */
const colour = (name) => lookUp(`colour_${name}`);
/** @param {string} name */
const stateOf = (name) => lookUp(`state_${name}`);

/** @param {string} key */
function lookUp(key) {
  /** @type {Record<string, string>} */
  const known = words;
  return known[key] ?? key;
}

function switches() {
  return [...part("switches").querySelectorAll("input")].filter((each) => each.dataset["fault"] !== undefined);
}

/** Follows the box, but not against the hand that moves it. @param {string} id @param {number | null} value @param {string} unit */
function slide(id, value, unit) {
  const range = find(id, HTMLInputElement);
  if (document.activeElement !== range && value !== null) range.value = String(Math.round(value));
  const none = id === "battery" ? words.bench_mains : words.bench_unknown;
  say(part(`${id}-word`), value === null ? none : `${range.value} ${unit}`);
}

/** @param {string} verb @param {Record<string, unknown>} [fields] */
function tell(verb, fields = {}) {
  line = line
    .then(() => change(`/api/bench/${verb}`, fields))
    .then(again, (fault) => {
      if (fault instanceof Fault) showFaults(part("faults"), [fault]);
    });
  return line;
}

/** @param {number} ms */
const later = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {"record" | "recessed"} name @param {number} [ms] */
async function press(name, ms = TAP_MS) {
  await tell("finger", { button: name, down: true });
  await later(ms);
  await tell("finger", { button: name, down: false });
}

for (const name of /** @type {const} */ (["record", "recessed"])) {
  const at = button(`press-${name}`);
  let down = false;
  const finger = (/** @type {boolean} */ on) => {
    if (down === on) return;
    down = on;
    if (name === "record") part("box").classList.toggle("is-down", on);
    void tell("finger", { button: name, down: on });
  };
  at.addEventListener("pointerdown", (event) => {
    at.setPointerCapture(event.pointerId);
    finger(true);
  });
  for (const end of ["pointerup", "pointercancel"]) at.addEventListener(end, () => finger(false));
  at.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    finger(true);
  });
  at.addEventListener("keyup", () => finger(false));
  at.addEventListener("blur", () => finger(false));
  at.addEventListener("contextmenu", (event) => event.preventDefault());
}

button("do-press").addEventListener("click", () => void press("record"));
button("do-hold").addEventListener("click", () => void press("record", HOLD_MS));
button("do-pen").addEventListener("click", () => void press("recessed"));
button("do-click").addEventListener("click", () => void tell("click", {}));
button("do-double").addEventListener("click", async () => {
  await press("record");
  await later(TAP_MS);
  await press("record");
});
for (const each of switches())
  each.addEventListener("change", () => void tell("fault", { name: each.dataset["fault"], value: each.checked }));
for (const [id, reading] of /** @type {const} */ ([
  ["undervoltage", (/** @type {boolean} */ on) => ({ undervoltage: on })],
  ["plugged-in", (/** @type {boolean} */ on) => ({ plugged_in: on })],
  ["timeless", (/** @type {boolean} */ on) => ({ utc_source: on ? UNSURE : "rtc" })],
]))
  find(id, HTMLInputElement).addEventListener("change", () => void tell("health", reading(find(id, HTMLInputElement).checked)));
find("battery", HTMLInputElement).addEventListener("change", () =>
  void tell("health", { battery_percent: find("battery", HTMLInputElement).valueAsNumber }));
find("heat", HTMLInputElement).addEventListener("change", () =>
  void tell("health", { temperature_c: find("heat", HTMLInputElement).valueAsNumber }));
button("plug").addEventListener("click", async () => {
  dark = true;
  button("plug").disabled = true;
  part("box").classList.add("is-out");
  say(part("plug-told"), words.bench_plug_pulled);
  await tell("pull-the-plug");
});
