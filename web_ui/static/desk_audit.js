// @ts-check
/** Who did what at the desk, the newest first; earlier ones on demand. */
import { ask } from "./api.js";
import { button, icon, make, part, say, show } from "./dom.js";
import { timeOf } from "./desk_rows.js";
import { trying, watch } from "./desk_shell.js";
import { words } from "./desk_words.js";
import { count, fill } from "./words.js";

/** @typedef {{id: string, at: number, name: string, what: string, session?: string, family?: string, order?: string}} Deed */

const EVERY_MS = 5000;
const PAGE = 100;
/** @type {Record<string, [string, string]>} what it is called, its picture */
const DEEDS = {
  "signed-in": [words.deed_signed_in, "unlock"],
  "sign-in-failed": [words.deed_sign_in_failed, "warning"],
  "signed-out": [words.deed_signed_out, "door"],
  locked: [words.deed_locked, "lock"],
  played: [words.deed_played, "play"],
  verified: [words.deed_verified, "check"],
  exported: [words.deed_exported, "films"],
  confirmed: [words.deed_confirmed, "check"],
  held: [words.deed_held, "hand"],
  released: [words.deed_released, "undo"],
  erased: [words.deed_erased, "close"],
  lost: [words.deed_lost, "box"],
};
/** All that was fetched so far, by id. @type {Map<string, Deed>} */
const known = new Map();
let all = 0;
let drawn = "";

watch(() => ask(`/api/audit?count=${PAGE}`), EVERY_MS, (told) => {
  show(part("waiting"), false);
  show(part("reading"), told.reading);
  all = told.all;
  take(told.deeds);
});

/** @param {Deed[]} deeds */
function take(deeds) {
  for (const deed of deeds) known.set(deed.id, deed);
  say(part("count"), count(all, words.deeds_one, words.deeds));
  show(button("more"), known.size < all);
  const newest = [...known.values()].sort((one, other) => other.at - one.at);
  const key = newest.map(({ id }) => id).join();
  if (key === drawn) return;
  drawn = key;
  part("deeds").replaceChildren(...newest.map(line));
}

/** Those of the same millisecond as the last one come again, and are known by their ids. */
button("more").addEventListener("click", () =>
  void trying(async () => {
    const oldest = Math.min(...[...known.values()].map(({ at }) => at));
    take((await ask(`/api/audit?count=${PAGE}&before=${oldest + 1}`)).deeds);
  }));

/** @param {Deed} deed */
function line(deed) {
  const [sentence, picture] = DEEDS[deed.what] ?? [deed.what, "dash"];
  const about = [
    deed.session === undefined ? null : make("a", { href: `/sessions/${deed.session}/about` }, words.deed_film),
    deed.family === undefined ? null : make("a", { href: `/families/${deed.family}` }, fill(words.deed_family, { code: deed.family })),
    deed.order === undefined ? null : make("a", { href: `/receipts/${deed.order}` }, words.deed_receipt),
  ];
  return make("li", { class: deed.what === "sign-in-failed" ? "is-bad" : "" }, icon(picture),
    make("span", { class: "deed-what" }, fill(sentence, { name: deed.name || words.somebody })),
    make("span", { class: "row small" }, ...about.filter((each) => each !== null)),
    make("time", { class: "soft small figures", datetime: new Date(deed.at).toISOString() }, timeOf(deed.at)));
}
