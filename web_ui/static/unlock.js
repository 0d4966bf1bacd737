// @ts-check
/**
 * The page by which a phone becomes one of the box's: pair it, unlock with its PIN, lock, take phones out.
 * One of four parts is shown, by what the box says of this phone.
 */
import { Fault, ask, change } from "./api.js";
import { button, find, icon, make, part, say, show, showFaults } from "./dom.js";
import { offerTime } from "./giving_time.js";
import { choose } from "./hold.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { clock_time, count, fill, words } from "./words.js";

/**
 * @typedef {{paired: boolean, unlocked: boolean, phones: number, pairing_open_s: number, demo: boolean}} Hello
 * @typedef {{id: string, name: string, made_ms: number, this: boolean}} Phone
 */

const parts = ["closed", "pair", "locked", "open"];
let shown = "";
let was_open = false;
let wait_until_ms = 0;

const again = poll(() => ask("/api/hello"), 1000, greet, (fault) => showFaults(part("faults"), [fault]));

/** @param {Hello} hello */
function greet(hello) {
  showFaults(part("faults"), []);
  const open_s = hello.pairing_open_s;
  if (hello.unlocked) display("open");
  else if (hello.paired) display("locked");
  else display(open_s > 0 ? "pair" : "closed");
  show(part("others"), hello.phones > 0);
  show(part("to-bench"), hello.demo);
  if (shown === "pair") say(part("pair-left"), fill(words.pair_window, { time: clock_time(open_s * 1000) }));
  if (shown === "open") void tellLeft();
  if (shown === "closed" && was_open) say(part("closed-told"), words.pair_again);
  was_open = open_s > 0;
  waiting();
}

/** When it will lock by itself. */
async function tellLeft() {
  const { locks_in_s } = await ask("/api/status").catch(() => ({ locks_in_s: null }));
  say(part("open-left"), locks_in_s === null ? "" : fill(words.unlocked_for, { time: clock_time(locks_in_s * 1000) }));
}

/** @param {string} name */
function display(name) {
  if (name === shown) return;
  shown = name;
  for (const each of parts) show(part(each), each === name);
  if (name === "pair") find("new-pin", HTMLInputElement).focus();
  if (name === "locked") find("pin", HTMLInputElement).focus();
  if (name === "open") void listPhones();
}

/** Only an address of this box, and none that leads back here. */
function next() {
  const asked = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(visit(\/(ready|family|consent|close))?|record|tags|framing|remote|reels|carrying|health|sessions(\/[0-9a-f]{32}(\/summary)?)?)$/.test(asked) ? asked : "/visit";
}

/**
 * @param {HTMLFormElement} form @param {HTMLElement} error @param {() => Promise<void>} work
 */
function submits(form, error, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = form.querySelector("button");
    if (go === null || go.disabled) return;
    go.disabled = true;
    say(error, "");
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      say(error, `${fault.what} ${fault.todo}`);
      if (fault.wait_s > 0) wait_until_ms = Date.now() + fault.wait_s * 1000;
    } finally {
      go.disabled = false;
      waiting();
    }
  });
}

/** While the box takes no PIN, the button says for how long. */
function waiting() {
  const left_s = Math.ceil((wait_until_ms - Date.now()) / 1000);
  const go = button("pin-go");
  if (left_s > 0) {
    go.disabled = true;
    say(part("pin-error"), fill(words.wait, { time: count(left_s, words.seconds_one, words.seconds) }));
    setTimeout(waiting, 250);
  } else if (wait_until_ms > 0) {
    wait_until_ms = 0;
    go.disabled = false;
    say(part("pin-error"), "");
  }
}

submits(find("pair", HTMLFormElement), part("pair-error"), async () => {
  const pin = find("new-pin", HTMLInputElement);
  const same = find("pin-again", HTMLInputElement);
  const name = find("name", HTMLInputElement).value.trim();
  if (pin.value !== same.value) {
    same.setAttribute("aria-invalid", "true");
    same.focus();
    throw new Fault("bad-input", words.pins_differ, "");
  }
  await change("/api/pair", { pin: pin.value, ...(name === "" ? {} : { name }) });
  await offerTime();
  location.assign(next());
});

submits(find("locked", HTMLFormElement), part("pin-error"), async () => {
  const pin = find("pin", HTMLInputElement);
  try {
    await change("/api/unlock", { pin: pin.value });
  } catch (fault) {
    pin.select();
    throw fault;
  }
  await offerTime();
  location.assign(next());
});

button("lock").addEventListener("click", async () => {
  await change("/api/lock");
  again();
});

async function listPhones() {
  const told = await ask("/api/phones");
  part("phones").replaceChildren(...told.phones.map(phoneLine));
}

/** @param {Phone} phone */
function phoneLine(phone) {
  const made = fill(words.phone_made, { date: new Date(phone.made_ms).toLocaleDateString(LANGUAGE) });
  const name = phone.this ? fill(words.phone_this, { name: phone.name }) : phone.name;
  const out = make("button", { "aria-label": `${words.revoke}: ${phone.name}` }, words.revoke);
  out.addEventListener("click", () => void takeOut(phone));
  return make("li", {}, icon("phone"), make("div", {}, make("strong", {}, name), make("p", { class: "hint" }, made)), out);
}

/** @param {Phone} phone */
async function takeOut(phone) {
  say(part("revoke-told"), fill(words.revoke_sure, { name: phone.name }));
  if ((await choose(find("revoke-sure", HTMLDialogElement))) !== "yes") return;
  try {
    await change(`/api/phones/${phone.id}/revoke`);
    if (phone.this) location.assign("/unlock");
    else await listPhones();
  } catch (fault) {
    if (fault instanceof Fault) showFaults(part("faults"), [fault]);
  }
}
