// @ts-check
/** What can be sent to the screen: moments of the films that may be shown, and approved reels. Apart from the remote itself. */
import { ask } from "./api.js";
import { find, icon, make, part, say, show } from "./dom.js";
import { momentRow, nameOf } from "./moment_rows.js";
import { tagWords } from "./tag_words.js";
import { count, fill } from "./words.js";
import { words } from "./words_remote.js";

/** @typedef {import("./moment_rows.js").Moment} Moment */

const film = find("film", HTMLSelectElement);
let drawn = "";
let at = "";

/** @param {(fields: Record<string, unknown>) => void} send what is chosen @returns {() => void} lists the moments anew */
export function choosing(send) {
  film.addEventListener("change", () => void listMoments(send));
  void listFilms().then(() => listMoments(send)).catch(() => undefined);
  void listReels(send).catch(() => undefined);
  return () => void listMoments(send).catch(() => undefined);
}

async function listFilms() {
  const { sessions } = await ask("/api/sessions");
  const shown = sessions.filter((/** @type {any} */ each) => each.playable && each.confirmed && each.film_ms > 0);
  const wanted = new URLSearchParams(location.search).get("session") ?? film.value;
  film.replaceChildren(
    ...shown.map((/** @type {any} */ each) =>
      make("option", { value: each.id, selected: each.id === wanted },
        fill(each.family === null ? words.film : words.film_of, { number: each.number, family: each.family ?? "" }))),
  );
  film.disabled = shown.length === 0;
  say(part("film-told"), shown.length === 0 ? words.no_films : "");
}

/** @param {(fields: Record<string, unknown>) => void} send */
async function listMoments(send) {
  if (film.value === "") return;
  const session = film.value;
  const { moments } = await ask(`/api/sessions/${session}/moments`);
  const list = await tagWords();
  if (session !== film.value) return;
  say(part("film-told"), moments.length === 0 ? words.no_moments : "");
  part("moments").replaceChildren(...moments.map((/** @type {Moment} */ each) => {
    const what = nameOf(each, list);
    const go = make("button", { class: "show", "aria-label": fill(words.show_this_what, { what }) }, icon("screen"), words.show_this);
    go.addEventListener("click", () => send({ session, moment: each.id }));
    const add = make("a", { class: "button quiet round", href: `/reels?session=${session}&moment=${each.id}`, "aria-label": fill(words.add_what, { what }) }, icon("reel"));
    const row = momentRow(session, each, list, add, go);
    row.dataset["moment"] = each.id;
    return row;
  }));
  drawn = "";
  mark(at);
  offer(session, moments, list, send);
}

/** The moment that this page was opened for, first of all. @param {string} session @param {Moment[]} moments
 * @param {import("./moment_rows.js").Tags} list @param {(fields: Record<string, unknown>) => void} send */
function offer(session, moments, list, send) {
  const asked = new URLSearchParams(location.search);
  const wanted = asked.get("session") === session ? moments.find((each) => each.id === asked.get("moment")) : undefined;
  show(part("sent"), wanted !== undefined && part("sent").dataset["done"] === undefined);
  if (wanted === undefined) return;
  const go = make("button", { class: "primary big wide", id: "sent-go" }, icon("screen"), words.show_this);
  go.addEventListener("click", () => {
    part("sent").dataset["done"] = "";
    show(part("sent"), false);
    send({ session, moment: wanted.id });
  });
  part("sent-moment").replaceChildren(make("ul", { class: "moments" }, momentRow(session, wanted, list)), go);
}

/** Which moment is on the screen. @param {string} moment */
export function mark(moment) {
  at = moment;
  if (drawn === moment) return;
  drawn = moment;
  for (const row of part("moments").children)
    if (row instanceof HTMLElement) row.classList.toggle("is-on", row.dataset["moment"] === moment);
}

/** @param {(fields: Record<string, unknown>) => void} send */
async function listReels(send) {
  const { reels } = await ask("/api/reels");
  const ready = reels.filter((/** @type {any} */ each) => each.approved && each.items.length > 0);
  show(part("reels-part"), ready.length > 0);
  part("reels").replaceChildren(...ready.map((/** @type {any} */ reel) => {
    const run = make("button", { class: "primary", "aria-label": fill(words.run, { title: reel.title }) }, icon("play"), words.run_short);
    run.addEventListener("click", () => send({ reel: reel.id, place: 0 }));
    return make("li", { class: "row apart" },
      make("div", {}, make("strong", {}, reel.title), make("p", { class: "soft small" }, count(reel.items.length, words.items_one, words.items))), run);
  }));
}
