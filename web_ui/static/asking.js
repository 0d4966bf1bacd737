// @ts-check
/**
 * What a page of a recording asks of the box: pause, film on, stop, stop for us; each shown as sent, then as done.
 * Apart because the pad and the record page have the same buttons, and "stop for us" must be everywhere.
 */
import { Fault, change } from "./api.js";
import { toSummary } from "./counted.js";
import { button, find, part, say } from "./dom.js";
import { choose, holdable } from "./hold.js";
import { decide, remindOf, stoppedFor } from "./objection.js";
import { fill, words } from "./words.js";
import { words as own } from "./words_pad.js";

export class Asking {
  /** @type {Fault | null} of what was asked for last */
  fault = null;
  /** @type {string | null} */
  session = null;
  filming = false;
  /** @type {string | null} what was stopped here: its summary comes next */
  #stopped = null;

  /**
   * @param {HTMLElement} at where it is told @param {() => void} again asks the box how it stands
   * @param {() => boolean} [stays] whether something on this page is not done yet
   */
  constructor(at, again, stays = () => false) {
    this.at = at;
    this.again = again;
    this.stays = stays;
    const stop = () => void this.#stop();
    holdable(button("stop"), stop, async () => {
      if ((await choose(find("stop-sure", HTMLDialogElement))) === "stop") stop();
    });
    const resume = () => void this.tell("resume", own.ask_resume);
    holdable(button("resume"), resume, async () => {
      if ((await choose(find("resume-sure", HTMLDialogElement))) === "resume") resume();
    });
    button("pause").addEventListener("click", () => void this.tell("pause", own.ask_pause));
    button("for-us").addEventListener("click", () => void this.#stopForUs());
    void remindOf(part("undecided"));
  }

  /** @param {string | null} session the film in progress, or the last one @param {boolean} filming */
  hear(session, filming) {
    [this.session, this.filming] = [session, filming];
    this.#leave();
  }

  /** Its best moments are known before it is closed, and are awaited. */
  #leave() {
    if (this.#stopped === null || this.stays()) return;
    toSummary(this.#stopped);
    this.#stopped = null;
  }

  /**
   * @param {string} verb @param {string} what it is called @param {Record<string, unknown>} [fields]
   * @returns {Promise<boolean>} whether it was done
   */
  async tell(verb, what, fields) {
    this.fault = null;
    say(this.at, fill(own.sent, { what }));
    try {
      await change(`/api/recorder/${verb}`, fields);
      say(this.at, fill(own.done, { what }));
      return true;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      const way_out = verb === "stop" && fault.status === 0 ? own.by_button : fault.todo;
      this.#refused(new Fault(fault.code, fault.what, way_out, fault.status));
      say(this.at, fault.what);
      return false;
    } finally {
      this.again();
    }
  }

  /** The film's summary follows. */
  async #stop() {
    const { session } = this;
    if (await this.tell("stop", own.ask_stop, { reason: "stop" })) this.#stopped = session;
    this.#leave();
  }

  /** Shown for a while, for nobody comes back to take it away. @param {Fault} fault */
  #refused(fault) {
    this.fault = fault;
    setTimeout(() => (this.fault = this.fault === fault ? null : this.fault), 15_000);
  }

  /** It stops first; what becomes of the film is asked afterwards. */
  async #stopForUs() {
    const { session } = this;
    if (!(await this.tell("stop", own.ask_stop_for_us, { reason: "objection" }))) return;
    say(this.at, words.stopped_for_us);
    if (session === null) return;
    stoppedFor(session);
    await decide(session);
    await remindOf(part("undecided"));
  }
}
