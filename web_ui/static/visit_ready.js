// @ts-check
/** Pre-flight: whether everything is ready in one look, and one thing to do about each that is not. */
import { Fault, ask } from "./api.js";
import { find, icon, make, part, say, showFaults } from "./dom.js";
import { giveTime, timeless } from "./giving_time.js";
import { poll } from "./poll.js";
import { follow } from "./shell.js";
import { askVisit, been, drawWay } from "./visiting.js";
import { count, fill, length } from "./words.js";
import { words } from "./words_visit.js";

/** @typedef {import("./poll.js").Status} Status */
/** @typedef {{name: string, good: boolean | null, sentence: string, todo?: [string, string | (() => void)]}} Check
 *   `good` null: it is not certain, and no reason to wait; `todo`: word, and where to go or what is done */

const FEW_PERCENT = 20;
const FAINT_DBFS = -58;
const USUAL_MIN = 10;
const HEARD = 8;
const UNLOCK = "/unlock?next=/visit/ready";
const CAMERA = ["camera-lost", "lens-covered"];
/** The loudest of the levels heard last. @type {number[]} */
let heard = [];
/** @type {number | null} earlier films that the office does not hold; null while nobody knows */
let waiting = null;
/** @type {import("./visiting.js").Told | null} */
let way = null;
/** @type {Status | null} */
let now = null;
let drawn = "";
/** Why the box did not take this phone's time. @type {Fault | null} */
let refusal = null;

const again = follow((status, fault) => {
  now = status;
  heard = status?.level ? [...heard.slice(1 - HEARD), status.level.peak_dbfs] : [];
  const faults = (status?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  if (!timeless(status)) refusal = null;
  showFaults(part("faults"), fault === null ? [...(refusal === null ? [] : [refusal]), ...faults] : [fault]);
  draw();
}, 500);
poll(askVisit, 3000, (told) => {
  way = told;
  drawWay(told);
}, () => undefined);
poll(() => ask("/api/carrying"), 5000, (told) => {
  const closed = told.films.filter((/** @type {{open: boolean}} */ film) => !film.open);
  waiting = closed.filter((/** @type {{safe: boolean, needed: number}} */ film) => !film.safe).length;
  draw();
}, () => undefined);

function draw() {
  const all = now === null ? [] : checks(now);
  const bad = all.filter((each) => each.good === false);
  const verdict = now === null ? words.asking : bad.length === 0 ? words.all_ready : count(bad.length, words.look_one, words.look);
  say(part("verdict"), verdict);
  say(part("verdict-told"), now === null ? "" : bad.length === 0 ? words.all_ready_told : words.look_told);
  part("sign").classList.toggle("is-look", bad.length > 0);
  document.getElementById("sign-icon")?.setAttribute("href", bad.length > 0 ? "#i-warning" : now === null ? "#i-ready" : "#i-check");
  say(find("go", HTMLAnchorElement), bad.length === 0 ? words.go_on : words.go_on_all_the_same);
  const key = JSON.stringify(all);
  if (key === drawn) return;
  drawn = key;
  part("checks").replaceChildren(...[...bad, ...all.filter((each) => each.good !== false)].map(line));
}

/** @param {Status} status @returns {Check[]} */
function checks(status) {
  return [picture(status), sound(), room(status), power(status), clock(status), unlocked(status), carried()];
}

/** @param {Status} status @returns {Check} */
function picture({ faults, state, advice = [] }) {
  const covered = advice.find((each) => each.code === "lens-covered");
  if (covered !== undefined) return { name: "framing", good: false, sentence: covered.what, todo: [words.do_look, "/framing"] };
  const lost = state === "fault" || faults.some((each) => CAMERA.includes(each.code));
  return lost
    ? { name: "framing", good: false, sentence: words.picture_bad, todo: [words.do_health, "/health"] }
    : { name: "framing", good: true, sentence: words.picture_good, todo: [words.do_look, "/framing"] };
}

/** @returns {Check} */
function sound() {
  if (heard.length === 0) return { name: "sound", good: false, sentence: words.sound_bad, todo: [words.do_health, "/health"] };
  const good = Math.max(...heard) > FAINT_DBFS;
  return { name: "sound", good, sentence: good ? words.sound_good : words.sound_faint };
}

/** @param {Status} status @returns {Check} */
function room({ minutes_left, armed }) {
  const wanted = 2 * (armed.target_min ?? USUAL_MIN);
  if (minutes_left <= 0) return { name: "card", good: false, sentence: words.room_none, todo: [words.do_carry, "/carrying"] };
  const values = { time: length(minutes_left), wanted: length(wanted) };
  return minutes_left < wanted
    ? { name: "card", good: false, sentence: fill(words.room_low, values), todo: [words.do_carry, "/carrying"] }
    : { name: "card", good: true, sentence: fill(words.room_good, values) };
}

/** @param {Status} status @returns {Check} */
function power({ health }) {
  if (health.undervoltage === true) return { name: "plug", good: false, sentence: words.power_low };
  const n = health.battery_percent;
  if (n === null) return { name: "plug", good: true, sentence: words.power_good };
  if (health.plugged_in === true) return { name: "battery", good: true, sentence: fill(words.battery_plugged, { n }) };
  return { name: "battery", good: n >= FEW_PERCENT, sentence: fill(n >= FEW_PERCENT ? words.battery_good : words.battery_low, { n }) };
}

/** Only an unlocked phone is believed; unlocking gives the time by itself. @param {Status} status @returns {Check} */
function clock(status) {
  if (!timeless(status)) return { name: "clock", good: true, sentence: words.clock_good };
  return status.unlocked
    ? { name: "clock", good: false, sentence: words.clock_bad, todo: [words.do_time, give] }
    : { name: "clock", good: null, sentence: words.clock_bad };
}

async function give() {
  refusal = null;
  try {
    await giveTime();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    refusal = fault;
  }
  again();
}

/** @param {Status} status @returns {Check} */
function unlocked(status) {
  return status.unlocked
    ? { name: "unlock", good: true, sentence: words.unlocked_good }
    : { name: "lock", good: false, sentence: words.unlocked_bad, todo: [words.do_unlock, UNLOCK] };
}

/** Films on their way are no reason to wait. @returns {Check} */
function carried() {
  if (waiting === null) return { name: "office", good: null, sentence: words.carried_unknown };
  if (waiting === 0) return { name: "office", good: true, sentence: words.carried_good };
  return { name: "office", good: null, sentence: count(waiting, words.carried_one, words.carried), todo: [words.do_carry, "/carrying"] };
}

/** @param {Check} check */
function line({ name, good, sentence, todo }) {
  const sign = good === true ? icon("check", "sign") : good === null ? icon("dash", "sign") : null;
  const go = todo === undefined ? null : wayTo(...todo);
  return make("li", { class: `check${good === false ? " is-bad" : ""}` }, icon(name), make("p", {}, sentence), go, sign);
}

/** @param {string} word @param {string | (() => void)} what */
function wayTo(word, what) {
  if (typeof what === "string") return make("a", { class: "button", href: what }, word);
  const press = make("button", {}, word);
  press.addEventListener("click", what);
  return press;
}

find("go", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  void been("ready").then(() => location.assign(way?.visit ? "/visit" : "/visit/family"));
});
