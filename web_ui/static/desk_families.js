// @ts-check
/** The families by their codes: how many films, the last one, what is to be confirmed, what erases itself when. */
import { ask } from "./api.js";
import { icon, make, part, say, show } from "./dom.js";
import { chip, countdown, dateOf } from "./desk_rows.js";
import { watch } from "./desk_shell.js";
import { words } from "./desk_words.js";
import { clock_time, count, fill, joined } from "./words.js";

/**
 * @typedef {{family: string | null, sessions: number, film_ms: number, last_ms: number, to_confirm: number,
 *            held: number, erasing: number, until_ms: number | null}} Family
 */

const EVERY_MS = 10_000;
const READING_MS = 1_000;
let drawn = "";

const again = watch(() => ask("/api/families"), EVERY_MS, (told) => {
  show(part("reading"), told.reading);
  if (told.reading) setTimeout(again, READING_MS);
  draw(told.families);
});

/** @param {Family[]} families */
function draw(families) {
  show(part("waiting"), false);
  const key = JSON.stringify(families);
  if (key === drawn) return;
  drawn = key;
  show(part("empty"), families.length === 0);
  const coded = families.filter(({ family }) => family !== null);
  say(part("count"), count(coded.length, words.families_one, words.families));
  part("families").replaceChildren(...families.map(line));
}

/** @param {Family} each */
function line(each) {
  const name = each.family ?? words.no_code;
  const href = each.family === null ? "/sessions" : `/families/${each.family}`;
  const told = [count(each.sessions, words.films_one, words.films), clock_time(each.film_ms), fill(words.last_visit, { date: dateOf(each.last_ms) })];
  const chips = [
    each.to_confirm ? chip("is-warn", count(each.to_confirm, words.to_confirm_one, words.to_confirm), "warning") : null,
    each.held ? chip("", words.held, "hand") : null,
    each.erasing ? chip("is-warn", words.erasing, "warning") : null,
    each.until_ms === null ? null : chip("", fill(words.first_erases, { when: countdown(each.until_ms, Date.now()).toLowerCase() }), "clock"),
  ];
  return make("li", { class: "card line is-link" },
    make("span", { class: "line-icon" }, icon("family")),
    make("div", { class: "line-text" },
      make("h2", {}, make("a", { href }, name)),
      make("p", { class: "soft small figures" }, joined(...told)),
      make("p", { class: "row" }, ...chips.filter((each) => each !== null))));
}
