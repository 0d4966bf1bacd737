// @ts-check
/** One film's papers: consent, how long it is kept, whether it is whole, where it is, hold and erase. */
import { ask, change } from "./api.js";
import { button, find, icon, make, part, say, show } from "./dom.js";
import { countdown, dateOf, timeOf, titleOf } from "./desk_rows.js";
import { sure, trying, watch, whyField } from "./desk_shell.js";
import { words } from "./desk_words.js";
import { bytes, clock_time, fill, joined } from "./words.js";

/**
 * @typedef {import("./desk_rows.js").Row} Row
 * @typedef {{running: boolean, done: number, total: number, sound: boolean | null, account: string[]}} Check
 * @typedef {{session: Row, reading: boolean, keep_days: number, receipt_ms: number | null, on_box: boolean, check: Check | null}} About
 */

const EVERY_MS = 3000;
const CHECKING_MS = 300;
const session = part("about").dataset["session"] ?? "";
const address = `/api/sessions/${session}`;
const hold = find("hold", HTMLInputElement);
/** @type {About | null} */
let about = null;

const again = watch(() => ask(`${address}/about`), EVERY_MS, (told) => {
  about = told;
  show(part("reading"), told.reading);
  draw(told);
});

/** @param {About} told */
function draw({ session: row, receipt_ms, on_box, check }) {
  const title = titleOf(row);
  say(part("title"), title);
  document.title = `${title} · Fieldreel`;
  say(part("when"), joined(row.family, timeOf(row.utc_ms)));
  drawConsent(row);
  drawCheck(check);
  hold.checked = row.held;
  hold.disabled = row.order !== null;
  button("erase").disabled = row.held || row.order !== null;
  const facts = [
    [words.fact_box, row.box_name],
    [words.fact_number, String(row.number)],
    [words.fact_length, clock_time(row.film_ms)],
    [words.fact_size, bytes(row.bytes)],
    [words.fact_receipt, receipt_ms === null ? words.fact_no_receipt : timeOf(receipt_ms)],
    [words.fact_on_box, on_box ? words.fact_yes : words.fact_no],
    [words.fact_id, row.id],
  ];
  part("facts").replaceChildren(...facts.map(([name, value]) => make("div", {}, make("dt", {}, name ?? ""), make("dd", { class: "figures" }, value ?? ""))));
}

/** @param {Row} row */
function drawConsent(row) {
  const going = row.order !== null;
  const chip = part("consent-chip");
  chip.className = `chip ${row.confirmed && !going ? "is-good" : "is-warn"}`;
  chip.replaceChildren(icon(row.confirmed && !going ? "check" : "warning"), going ? words.erasing : row.confirmed ? words.confirmed : words.unconfirmed);
  const told = going ? words.erasing_told : row.confirmed ? words.confirmed_told : words.unconfirmed_told;
  say(part("consent-told"), row.asked && !going ? `${told} ${words.asked_told}` : told);
  const until = row.until_ms === null ? (row.held ? words.held : words.keeps_for_ever) : `${countdown(row.until_ms, Date.now())} (${dateOf(row.until_ms)}).`;
  say(part("until-told"), going ? "" : until);
  show(button("confirm"), !row.confirmed && !going);
  show(part("play"), row.playable);
  part("play").setAttribute("href", `/sessions/${row.id}`);
  show(part("receipt"), going);
  part("receipt").setAttribute("href", `/receipts/${row.order ?? ""}`);
}

/** @param {Check | null} check */
function drawCheck(check) {
  if (check === null) return;
  const progress = find("check-progress", HTMLProgressElement);
  show(progress, check.running);
  progress.max = Math.max(1, check.total);
  progress.value = check.done;
  button("check").disabled = check.running;
  say(part("check-told"), check.running ? fill(words.check_running, { done: check.done, total: check.total }) : "");
  const chip = part("check-chip");
  show(chip, check.sound !== null);
  chip.className = `chip ${check.sound ? "is-good" : "is-warn"}`;
  chip.replaceChildren(icon(check.sound ? "check" : "warning"), check.sound ? words.check_sound : words.check_unsound);
  part("account").replaceChildren(...check.account.map((text) => make("li", {}, text)));
  if (check.running) setTimeout(follow, CHECKING_MS);
}

/** How far the check is, more often than the rest. */
async function follow() {
  const told = await ask(`${address}/check`).catch(() => null);
  if (told !== null) drawCheck(told.check);
}

const title = () => (about === null ? "" : titleOf(about.session));

button("confirm").addEventListener("click", async () => {
  const days = make("input", { id: "days", type: "number", inputmode: "numeric", min: 1, max: 36500, value: about?.keep_days ?? 365 });
  const field = [make("label", { for: "days" }, words.confirm_days), days];
  const yes = await sure({ title: fill(words.confirm_title, { title: title() }), text: words.confirm_text, yes: words.confirm_yes, no: words.confirm_no, field });
  if (yes) await trying(() => change(`${address}/confirm`, { days: Number(days.value) }));
  again();
});

hold.addEventListener("change", async () => {
  const on = hold.checked;
  const yes = on
    ? await sure({ title: fill(words.hold_title, { title: title() }), text: words.hold_text, yes: words.hold_yes, no: words.hold_no })
    : await sure({ title: fill(words.release_title, { title: title() }), text: words.release_text, yes: words.release_yes, no: words.hold_no, grave: true });
  if (yes && (await trying(() => change(`${address}/hold`, { on })))) again();
  else hold.checked = !on;
});

button("erase").addEventListener("click", async () => {
  const { field, chosen } = whyField();
  const yes = await sure({ title: fill(words.erase_title, { title: title() }), text: words.erase_text, yes: words.erase_yes, no: words.erase_no, grave: true, field });
  if (!yes) return;
  await trying(async () => {
    const { order } = await change(`${address}/erase`, { why: chosen() });
    location.assign(`/receipts/${order}`);
  });
});

button("check").addEventListener("click", () => void trying(async () => drawCheck(await change(`${address}/check`))));
