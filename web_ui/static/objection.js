// @ts-check
/**
 * "Stop for us": what becomes of a film that was stopped because the family wants none. One choice, one confirmation.
 * Apart because every page of a recording has it, and the summary after a stop by the box's own button. A page that
 * uses it includes objection.html.
 */
import { Fault, ask, change } from "./api.js";
import { button, find, make, part, say, show } from "./dom.js";
import { fill } from "./words.js";
import { words } from "./words_pad.js";

/**
 * @typedef {"erase" | "family" | "keep"} Choice
 * @typedef {{gone: boolean, filming: boolean, unlocked: boolean, reading: boolean, erase: boolean,
 *            family: string | null, films: number}} Told as the box has it
 */

const PENDING = "fieldreel-objection";
const LOOK_MS = 300;
const UNKNOWN = { gone: false, filming: true, unlocked: false, reading: false, erase: true, family: null, films: 0 };

/** Remembers that a film was stopped for the family: neither a reload nor a flat battery decides. @param {string} session */
export const stoppedFor = (session) => localStorage.setItem(PENDING, session);

/**
 * Shows the sheet for this film.
 * @param {string} session
 * @returns {Promise<Choice | "">} what was done; "" where it was put off
 */
export const decide = (session) => new Sheet(session).choice();

/**
 * A card that leads back to a sheet that was put off; hidden where there is none.
 * @param {HTMLElement} at @param {() => void} [decided]
 */
export async function remindOf(at, decided = () => {}) {
  const session = localStorage.getItem(PENDING);
  if (session === null) return show(at, false);
  const told = await look(session).catch(() => null);
  if (told?.gone) localStorage.removeItem(PENDING);
  const go = make("button", {}, words.decide_now);
  go.addEventListener("click", async () => {
    await decide(session);
    await remindOf(at, decided);
    decided();
  });
  at.replaceChildren(make("p", {}, words.undecided), go);
  show(at, told !== null && !told.gone);
}

/** @param {string} session @returns {Promise<Told>} */
const look = (session) => ask(`/api/objection/${session}`);

class Sheet {
  /** @param {string} session */
  constructor(session) {
    this.session = session;
    /** @type {Told} */
    this.told = UNKNOWN;
    /** @type {Choice | ""} */
    this.done = "";
    this.dialog = find("objection", HTMLDialogElement);
    this.form = find("objection-form", HTMLFormElement);
    this.pin = find("objection-pin", HTMLInputElement);
  }

  /** @returns {Promise<Choice | "">} */
  choice() {
    this.form.reset();
    this.form.onsubmit = (event) => {
      event.preventDefault();
      void this.#try();
    };
    this.form.onchange = () => this.#draw();
    for (const id of ["objection-later", "objection-close"]) button(id).onclick = () => this.dialog.close();
    show(part("objection-choice"), true);
    this.#over(false);
    say(part("objection-told"), "");
    this.#draw();
    this.dialog.showModal();
    void this.#look();
    return new Promise((done) => this.dialog.addEventListener("close", () => done(this.done), { once: true }));
  }

  /** Also while the choice may not be changed: what is sent is what was marked. @returns {Choice} */
  get #chosen() {
    const marked = this.form.querySelector('input[name="objection"]:checked');
    if (!(marked instanceof HTMLInputElement)) throw new Error("nothing is marked");
    return /** @type {Choice} */ (marked.value);
  }

  get #needsPin() {
    if (this.told.unlocked || this.#chosen === "keep") return false;
    return this.#chosen === "family" || (!this.told.erase && !this.told.filming);
  }

  #draw(fault = "") {
    const { unlocked, family, films } = this.told;
    say(button("objection-do"), { erase: words.erase_it, family: words.erase_family, keep: words.keep_it }[this.#chosen]);
    button("objection-do").classList.toggle("danger", this.#chosen !== "keep");
    const all = family === null ? words.no_family : fill(films === 1 ? words.all_of_one : words.all_of, { family, n: films });
    say(part("objection-family"), unlocked ? all : words.all_needs_pin);
    show(part("objection-unlock"), this.#needsPin);
    say(part("objection-pin-why"), this.#chosen === "family" ? words.all_needs_pin : words.locked_older);
    say(part("objection-fault"), fault);
  }

  async #look() {
    this.told = await look(this.session).catch(() => this.told);
    if (this.done === "") this.#draw(part("objection-fault").textContent ?? "");
  }

  async #try() {
    if (this.#needsPin && this.pin.value === "") return this.pin.focus();
    this.#busy(true);
    this.#draw();
    try {
      await this.#do(this.#chosen);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      say(part("objection-told"), "");
      this.#draw(`${fault.what} ${fault.todo}`);
    } finally {
      this.#busy(false);
    }
  }

  /** @param {Choice} choice */
  async #do(choice) {
    if (this.#needsPin) await change("/api/unlock", { pin: this.pin.value });
    this.pin.value = "";
    do {
      await this.#look();
      if (this.told.filming) say(part("objection-told"), words.waits_for_end);
    } while (choice !== "keep" && (this.told.filming || this.told.reading) && (await later()));
    if (this.told.gone) return this.#finish(choice, words.erased);
    if (choice === "family" && this.told.family === null) return this.#draw(words.no_family);
    say(part("objection-told"), choice === "keep" ? "" : words.erasing);
    const { erased } = await change(`/api/sessions/${this.session}/objection`, { do: choice });
    const many = { family: this.told.family ?? "", n: erased.length };
    const family = fill(erased.length === 1 ? words.erased_family_one : words.erased_family, many);
    this.#finish(choice, { erase: words.erased, family, keep: words.kept }[choice]);
  }

  /** @param {Choice} choice @param {string} sentence */
  #finish(choice, sentence) {
    this.done = choice;
    if (localStorage.getItem(PENDING) === this.session) localStorage.removeItem(PENDING);
    say(part("objection-told"), sentence);
    show(part("objection-choice"), false);
    show(part("objection-unlock"), false);
    this.#over(true);
    button("objection-close").focus();
  }

  /** @param {boolean} over */
  #over(over) {
    show(button("objection-do"), !over);
    show(button("objection-later"), !over);
    show(button("objection-close"), over);
  }

  /** @param {boolean} on */
  #busy(on) {
    button("objection-do").disabled = on;
    find("objection-choice", HTMLFieldSetElement).disabled = on;
  }
}

/** @returns {Promise<true>} */
const later = () => new Promise((done) => setTimeout(() => done(true), LOOK_MS));
