// @ts-check
/**
 * A visitor without consent: from five seconds before the tap nothing is shown until somebody says that they left.
 * Apart from the pad because every page of a recording has the button, and what it remembers must survive a reload.
 */
import { newId } from "./ids.js";

/**
 * @typedef {import("./queue.js").Op} Op
 * @typedef {{id: string, session: string | null}} Open what this phone said of a visitor who is still there
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Kept
 */

const KEPT = "fieldreel-visitor";

export class Visitor {
  /** @param {(op: Op) => Promise<void>} add @param {Kept} kept */
  constructor(add, kept) {
    this.add = add;
    this.kept = kept;
    /** @type {Open | null} */
    this.own = JSON.parse(kept.getItem(KEPT) ?? "null");
    /** @type {Record<string, boolean>} */
    this.told = {};
  }

  /**
   * What the box says: which film it is making, and the visitors of it that phones told it of since it started.
   * @param {string | null} session @param {Record<string, boolean>} visitors
   */
  hear(session, visitors) {
    this.told = visitors;
    if (this.own === null) return;
    if (this.own.session === null && session !== null) this.#keep({ ...this.own, session });
    if (visitors[this.own.id] === false || session === null || this.own.session !== session) this.#keep(null);
  }

  /** The ops that hide film to its end now. */
  get open() {
    const ids = Object.keys(this.told).filter((id) => this.told[id]);
    return this.own === null || ids.includes(this.own.id) ? ids : [...ids, this.own.id];
  }

  /** @param {number} tapped_ms @param {string | null} session @returns {Promise<Op>} */
  async came(tapped_ms, session) {
    /** @type {Op} */
    const op = { id: newId(), kind: "hide", why: "visitor", tapped_ms };
    this.#keep({ id: op.id, session });
    await this.add(op);
    return op;
  }

  /** Everybody who was there has left. @param {number} tapped_ms */
  async left(tapped_ms) {
    const ids = this.open;
    this.#forget(ids);
    for (const op of ids) await this.add({ id: newId(), kind: "edit", op, ends_here: true, tapped_ms });
  }

  /** It was a slip of the thumb, undone. @param {string} id */
  undone(id) {
    this.#forget([id]);
  }

  /** @param {string[]} ids */
  #forget(ids) {
    this.told = { ...this.told, ...Object.fromEntries(ids.map((id) => [id, false])) };
    if (this.own !== null && ids.includes(this.own.id)) this.#keep(null);
  }

  /** @param {Open | null} open */
  #keep(open) {
    this.own = open;
    if (open === null) this.kept.removeItem(KEPT);
    else this.kept.setItem(KEPT, JSON.stringify(open));
  }
}
