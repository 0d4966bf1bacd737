// @ts-check
/** What is still on which box: what is missing comes first, with since when; what is safe has its receipt as proof. */
import { ask } from "./api.js";
import { icon, make, part, say, show } from "./dom.js";
import { chip, dateOf, timeOf } from "./desk_rows.js";
import { watch } from "./desk_shell.js";
import { words } from "./desk_words.js";
import { count, fill } from "./words.js";

/**
 * @typedef {{session: string, number: number, receipt_ms: number | null, sums_sha256: string | null}} There
 * @typedef {{device: string, name: string, lost_ms: number | null, last_contact_ms: number | null, here: number,
 *   also_there: There[], arriving: {since_ms: number}[], awaited: {number: number, since_ms: number}[],
 *   findings: string[], oldest_ms: number | null, nag: boolean}} Box
 */

const EVERY_MS = 10_000;
let drawn = "";

watch(() => ask("/api/boxes"), EVERY_MS, (told) => {
  show(part("waiting"), false);
  const key = JSON.stringify(told.boxes);
  if (key === drawn) return;
  drawn = key;
  show(part("empty"), told.boxes.length === 0);
  say(part("count"), count(told.boxes.length, words.boxes_one, words.boxes));
  part("boxes").replaceChildren(...told.boxes.map(card));
});

/** @param {Box} box */
function card(box) {
  const facts = [
    [words.last_contact, box.last_contact_ms === null ? words.never : timeOf(box.last_contact_ms)],
    [words.here, count(box.here, words.films_one, words.films)],
    ...(box.oldest_ms === null ? [] : [[words.oldest, timeOf(box.oldest_ms)]]),
  ];
  const missing = [
    box.arriving.length ? count(box.arriving.length, words.arriving_one, words.arriving) : null,
    box.awaited.length ? fill(box.awaited.length === 1 ? words.awaited_one : words.awaited, { number: box.awaited.map(({ number }) => number).join(", ") }) : null,
    ...box.findings.map((what) => fill(words.finding, { what })),
  ].filter((each) => each !== null);
  return make("section", { class: "card", "aria-label": box.name },
    make("div", { class: "row apart" }, make("h2", {}, box.name), standing(box, missing.length > 0)),
    make("dl", { class: "facts small" }, ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name ?? ""), make("dd", {}, value ?? "")))),
    missing.length ? make("ul", { class: "account" }, ...missing.map((text) => make("li", {}, text))) : null,
    box.also_there.length ? make("details", { class: "small" },
      make("summary", {}, count(box.also_there.length, words.also_there_one, words.also_there)),
      make("ul", { class: "account" }, ...box.also_there.map(proof))) : null,
    make("p", { class: "row" }, make("a", { class: "button", href: `/boxes/${box.device}/lost` }, icon("warning"), words.lost_sheet)));
}

/** @param {Box} box @param {boolean} missing */
function standing(box, missing) {
  if (box.lost_ms !== null) return chip("is-warn", fill(words.box_lost, { date: dateOf(box.lost_ms) }), "warning");
  if (box.nag) return chip("is-warn", words.box_nag, "warning");
  if (box.findings.length > 0) return chip("is-warn", words.box_findings, "warning");
  return missing ? chip("", words.box_awaited, "clock") : chip("is-good", words.box_good, "check");
}

/** @param {There} each */
function proof({ number, receipt_ms, sums_sha256 }) {
  if (receipt_ms === null) return make("li", {}, fill(words.no_proof, { number }));
  return make("li", {}, fill(words.proof, { number, date: timeOf(receipt_ms), sums: `${sums_sha256?.slice(0, 16)}…` }));
}
