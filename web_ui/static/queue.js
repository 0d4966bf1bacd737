// @ts-check
/**
 * Holds what was tapped until the box has said, by its id, that it is durable there.
 * Apart from the store and the network, which are given, so that every loss and doubling can be played in a test.
 */
import { Fault } from "./api.js";
import { words } from "./words.js";

/**
 * @typedef {import("./clock.js").BoxTime} BoxTime
 *
 * @typedef {object} Told what a page shows of an op that was refused
 * @property {string} code
 * @property {string} what
 * @property {string} todo
 *
 * @typedef {object} Op one tap; `tapped_ms` on the phone's clock. `boot` and the two after it as soon as they are known
 * @property {number} [seq] given by the store
 * @property {string} id
 * @property {"moment" | "star" | "hide" | "undo" | "edit"} kind
 * @property {number} tapped_ms
 * @property {string} [boot]
 * @property {number} [at_us]
 * @property {number} [error_ms]
 * @property {string} [session]
 * @property {string[]} [tags]
 * @property {string} [note]
 * @property {string} [op]
 * @property {"visitor" | "quiet"} [why] of a hide
 * @property {boolean} [ends_here] of an edit: what it is about ends at its time
 * @property {Told} [refused]
 *
 * @typedef {object} Store `all` is in the order of `add`; `add` and `put` are durable when they return
 * @property {(op: Op) => Promise<void>} add
 * @property {(op: Op) => Promise<void>} put
 * @property {(ids: string[]) => Promise<void>} remove
 * @property {() => Promise<Op[]>} all
 *
 * @typedef {{acked: string[], refused: {id: string | null, fault: {code: string, what: string, do: string}}[],
 *            fault?: {code: string, what: string, do: string}}} Reply
 *
 * @typedef {object} View what there is to show
 * @property {string[]} waiting ids
 * @property {Op[]} refused
 * @property {Fault | null} fault why nothing gets through now
 */

export const BATCH = 20;
export const BATCH_CHARACTERS = 16000;
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 5000;

export class Queue {
  /**
   * @param {Store} store
   * @param {(ops: object[]) => Promise<Reply>} send raises a Fault
   * @param {(tapped_ms: number) => BoxTime | null} time_of
   * @param {(view: View) => void} show
   * @param {(ms: number) => Promise<void>} [sleep]
   */
  constructor(store, send, time_of, show, sleep) {
    this.store = store;
    this.send = send;
    this.time_of = time_of;
    this.show = show;
    this.sleep = sleep ?? ((ms) => new Promise((done) => setTimeout(done, ms)));
    /** @type {Fault | null} */
    this.fault = null;
    this.batch = BATCH;
    this.wait_ms = FIRST_WAIT_MS;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.again = false;
    /** @type {() => void} */
    this.wake = () => {};
  }

  /** Keeps an op, then sends it. Returns when it is durable on this phone. @param {Op} op */
  async add(op) {
    await this.store.add({ ...op, ...this.time_of(op.tapped_ms) });
    await this.#tell();
    void this.run();
  }

  /** Something changed for the better (the network is back, the page is seen again): try at once. */
  nudge() {
    this.wake();
    void this.run();
  }

  /** Takes refused ops out of sight. @param {string[]} ids */
  async dismiss(ids) {
    await this.store.remove(ids);
    await this.#tell();
  }

  /** Sends until nothing waits that can be sent. One run at a time: what is added meanwhile goes with it. */
  run() {
    this.again = true;
    this.running ??= this.#rounds();
    return this.running;
  }

  /** Between the last look at `again` and the end nothing is waited for, so that no call is missed. */
  async #rounds() {
    try {
      while (this.again) {
        this.again = false;
        while (await this.#round());
      }
    } finally {
      this.running = null;
    }
  }

  /** One attempt. @returns {Promise<boolean>} whether there may be more to send */
  async #round() {
    const ops = await this.#next();
    if (ops.length === 0) {
      await this.#tell();
      return false;
    }
    try {
      await this.#settle(ops, await this.send(ops.map(bare)));
    } catch (failure) {
      await this.#fail(ops, failure instanceof Fault ? failure : new Fault("fault", String(failure), ""));
    }
    await this.#tell();
    if (this.fault !== null) await this.#pause(this.fault.wait_s * 1000);
    return true;
  }

  /** The oldest that wait, as many as fit, each with its time on the box; a clock not yet known stops the row there. */
  async #next() {
    /** @type {Op[]} */
    const ops = [];
    let characters = 0;
    for (const op of await this.#waiting()) {
      const timed = op.boot === undefined ? { ...op, ...this.time_of(op.tapped_ms) } : op;
      characters += JSON.stringify(bare(timed)).length;
      if (ops.length === this.batch || (ops.length > 0 && characters > BATCH_CHARACTERS)) break;
      if (timed.boot === undefined) break;
      ops.push(timed);
    }
    return ops;
  }

  async #waiting() {
    return (await this.store.all()).filter((op) => op.refused === undefined);
  }

  /** @param {Op[]} ops @param {Reply} reply */
  async #settle(ops, reply) {
    const sent = new Set(ops.map((op) => op.id));
    const acked = reply.acked.filter((id) => sent.has(id));
    await this.store.remove(acked);
    let told = acked.length;
    for (const { id, fault } of reply.refused) {
      const op = ops.find((each) => each.id === id);
      if (op !== undefined) {
        told += 1;
        await this.store.put({ ...op, refused: { code: fault.code, what: fault.what, todo: fault.do } });
      }
    }
    const { fault } = reply;
    if (fault !== undefined) this.fault = new Fault(fault.code, fault.what, fault.do, 503);
    else this.fault = told > 0 ? null : new Fault("fault", words.odd_answer, words.odd_answer_do);
    if (told > 0) [this.wait_ms, this.batch] = [FIRST_WAIT_MS, BATCH];
  }

  /** A request refused as a whole is sent again one by one, so that one bad op cannot hold up the others.
   * @param {Op[]} ops @param {Fault} fault */
  async #fail(ops, fault) {
    const { code, what, todo } = fault;
    const only = ops.length === 1 ? ops[0] : undefined;
    if (![400, 413, 415].includes(fault.status)) this.fault = fault;
    else if (only === undefined) this.batch = 1;
    else await this.store.put({ ...only, refused: { code, what, todo } });
  }

  /** @param {number} least_ms */
  async #pause(least_ms) {
    const woken = new Promise((done) => (this.wake = () => done(undefined)));
    const wait_ms = Math.max(least_ms, this.wait_ms);
    this.wait_ms = Math.min(LONGEST_WAIT_MS, this.wait_ms * 2);
    await Promise.race([this.sleep(wait_ms), woken]);
    this.wake = () => {};
  }

  async #tell() {
    const all = await this.store.all();
    const waiting = all.filter((op) => op.refused === undefined).map((op) => op.id);
    if (waiting.length === 0) this.fault = null;
    this.show({ waiting, refused: all.filter((op) => op.refused !== undefined), fault: this.fault });
  }
}

/** What the box is sent of an op. @param {Op} op */
function bare({ seq: _seq, tapped_ms: _tapped_ms, refused: _refused, ...rest }) {
  return rest;
}
