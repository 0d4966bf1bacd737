// @ts-check
/** The films of the archive, the newest first; or those of one family, which can be erased as a whole. */
import { ask, change } from "./api.js";
import { button, make, part, say, show } from "./dom.js";
import { dateOf, line } from "./desk_rows.js";
import { sure, trying, watch, whyField } from "./desk_shell.js";
import { words } from "./desk_words.js";
import { count, fill } from "./words.js";

/** @typedef {import("./desk_rows.js").Row} Row */

const EVERY_MS = 10_000;
const READING_MS = 1_000;
const family = part("list").dataset["family"] ?? "";
/** @type {Row[]} */
let rows = [];
let drawn = "";

const again = watch(() => ask("/api/sessions"), EVERY_MS, (told) => {
  show(part("reading"), told.reading);
  if (told.reading) setTimeout(again, READING_MS);
  rows = told.sessions.filter((/** @type {Row} */ row) => family === "" || row.family === family);
  draw();
});

function draw() {
  show(part("waiting"), false);
  const key = JSON.stringify(rows);
  if (key === drawn) return;
  drawn = key;
  show(part("empty"), rows.length === 0);
  if (family === "") say(part("count"), count(rows.length, words.films_one, words.films));
  else show(button("erase"), rows.some(({ order }) => order === null));
  /** @type {Map<string, Row[]>} */
  const days = new Map();
  for (const row of rows) {
    const day = row.utc_ms ? dateOf(row.utc_ms) : words.clock_unsure;
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  part("days").replaceChildren(
    ...[...days].map(([day, those]) =>
      make("section", { class: "stack" }, make("h2", {}, day),
        make("ul", { class: "lines" }, ...those.map((row) => line(row, Date.now(), family === ""))))),
  );
}

if (family !== "")
  button("erase").addEventListener("click", async () => {
    const { field, chosen } = whyField();
    const films = count(rows.filter(({ order }) => order === null).length, words.films_one, words.films);
    const yes = await sure({
      title: fill(words.erase_family_title, { family }),
      text: fill(words.erase_family_text, { films }),
      yes: words.erase_yes, no: words.erase_no, grave: true, field,
    });
    if (!yes) return;
    await trying(async () => {
      const { order } = await change(`/api/families/${family}/erase`, { why: chosen() });
      location.assign(`/receipts/${order}`);
    });
  });
