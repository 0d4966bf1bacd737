// @ts-check
/** How the box is, in sentences; figures only for whoever looks after it. */
import { icon, make, part, say, showFaults } from "./dom.js";
import { follow } from "./shell.js";
import { trip_ms } from "./poll.js";
import { health_words } from "./words_health.js";
import { count, fill, length, words } from "./words.js";

/** @typedef {import("./poll.js").Status} Status */
/** @typedef {{name: string, good: boolean | null, sentence: string}} Line `good` null: cannot be told */

const WARM_C = 65;
const HOT_C = 80;
const FEW_PERCENT = 20;
const FEW_MINUTES = 60;
const BEHIND_MS = 3000;

follow((status, fault) => {
  const faults = (status?.faults ?? []).map((each) => ({ what: each.what, todo: each.do }));
  const advice = (status?.advice ?? []).map((each) => ({ what: each.what, todo: each.do }));
  showFaults(part("faults"), fault === null ? [...faults, ...advice] : [fault]);
  const lines = status === null ? [] : read(status);
  const bad = faults.length + advice.length > 0 || lines.some((line) => line.good === false);
  const verdict = part("verdict");
  say(verdict, status === null ? words.health_gone : bad ? words.health_look : words.health_all_good);
  verdict.className = `chip ${status === null || bad ? "is-warn" : "is-good"}`;
  draw(lines);
  if (status !== null) facts(status);
});

/** @param {Status} status @returns {Line[]} */
function read({ health, minutes_left, level, queue_ms, dropped_pictures, picture, clicker }) {
  const rows = [card(minutes_left), power(health.undervoltage), battery(health), heat(health.temperature_c)];
  rows.push({ name: "sound", good: level !== null, sentence: level === null ? words.health_sound_none : words.health_sound_good });
  if (picture?.covered !== true) rows.push({ name: "camera", good: picture ? true : null, sentence: picture ? health_words.camera_good : health_words.camera_none });
  rows.push({ name: "star", good: clicker ? true : null, sentence: clicker ? health_words.clicker_good : health_words.clicker_none });
  rows.push(clock(health.utc_source));
  const behind = queue_ms > BEHIND_MS;
  const time = count(Math.round(queue_ms / 1000), words.seconds_one, words.seconds);
  rows.push({ name: "films", good: !behind, sentence: behind ? fill(words.health_queue_behind, { time }) : words.health_queue_good });
  if (dropped_pictures > 0) rows.push({ name: "films", good: null, sentence: fill(words.health_dropped, { n: dropped_pictures }) });
  rows.push({ name: "wifi", good: true, sentence: fill(words.health_connection_good, { n: Math.max(1, Math.round(trip_ms)) }) });
  return rows;
}

/** @param {number} minutes @returns {Line} */
function card(minutes) {
  const time = length(minutes);
  if (minutes <= 0) return { name: "card", good: false, sentence: words.health_card_full };
  if (minutes < FEW_MINUTES) return { name: "card", good: false, sentence: fill(words.health_card_low, { time }) };
  return { name: "card", good: true, sentence: fill(words.health_card_good, { time }) };
}

/** @param {boolean | null} low @returns {Line} */
function power(low) {
  return { name: "plug", good: low === true ? false : true, sentence: low === true ? words.health_power_low : words.health_power_good };
}

/** @param {Status["health"]} health @returns {Line} */
function battery({ battery_percent: n, plugged_in }) {
  if (n === null) return { name: "battery", good: null, sentence: health_words.battery_none };
  if (plugged_in === true) return { name: "battery", good: true, sentence: fill(health_words.battery_plugged, { n }) };
  const low = n < FEW_PERCENT;
  return { name: "battery", good: !low, sentence: fill(low ? words.health_battery_low : words.health_battery, { n }) };
}

/** @param {number | null} celsius @returns {Line} */
function heat(celsius) {
  if (celsius === null) return { name: "heat", good: null, sentence: words.health_temperature_none };
  const n = Math.round(celsius);
  if (celsius >= HOT_C) return { name: "heat", good: false, sentence: fill(words.health_temperature_hot, { n }) };
  if (celsius >= WARM_C) return { name: "heat", good: false, sentence: fill(words.health_temperature_warm, { n }) };
  return { name: "heat", good: true, sentence: fill(words.health_temperature_good, { n }) };
}

/** @param {string} source @returns {Line} */
function clock(source) {
  if (source === "rtc") return { name: "clock", good: true, sentence: words.health_clock_rtc };
  if (source === "network") return { name: "clock", good: true, sentence: health_words.clock_network };
  if (source === "phone") return { name: "clock", good: true, sentence: words.health_clock_phone };
  return { name: "clock", good: null, sentence: words.health_clock_unsure };
}

let drawn = "";

/** @param {Line[]} lines */
function draw(lines) {
  const key = JSON.stringify(lines.filter((line) => line.name !== "wifi"));
  if (key === drawn) return;
  drawn = key;
  part("health").replaceChildren(
    ...lines.map(({ name, good, sentence }) =>
      make("li", { class: `card health-line ${good === false ? "is-bad" : good ? "is-good" : ""}` }, icon(name), make("p", {}, sentence),
        icon(good === false ? "warning" : good ? "check" : "dash", "sign")),
    ),
  );
}

/** @param {Status} status */
function facts(status) {
  /** @type {[string, string][]} */
  const rows = [
    ["state", status.state],
    ["lamp", status.lamp.says],
    ["boot", status.boot],
    ["queue_ms", String(status.queue_ms)],
    ["dropped_pictures", String(status.dropped_pictures)],
    ["temperature_c", String(status.health.temperature_c)],
    ["undervoltage", String(status.health.undervoltage)],
    ["battery_percent", String(status.health.battery_percent)],
    ["plugged_in", String(status.health.plugged_in)],
    ["utc_source", status.health.utc_source],
    ["faults", status.faults.map((each) => each.code).join(", ") || "–"],
  ];
  const at = part("facts");
  if (at.childElementCount === rows.length) return rows.forEach(([, value], n) => {
    const dd = at.children[n]?.lastElementChild;
    if (dd) say(dd, value);
  });
  at.replaceChildren(...rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", { class: "figures" }, value))));
}
