// @ts-check
/**
 * Asks the box, and turns whatever comes back into an answer or a Fault.
 * Apart so that no page knows of HTTP: a page sees what happened and what to do.
 */
import { newId } from "./ids.js";
import { words } from "./words.js";

export const ABORT_MS = 3000;
const CHANGE_MS = 20000;
const TRIES = 3;

/** What happened and what to do, as the box says it. `status` 0: the box did not answer. */
export class Fault extends Error {
  /**
   * @param {string} code @param {string} what @param {string} todo
   * @param {number} [status] @param {number} [wait_s]
   */
  constructor(code, what, todo, status = 0, wait_s = 0) {
    super(`${what} ${todo}`);
    this.code = code;
    this.what = what;
    this.todo = todo;
    this.status = status;
    this.wait_s = wait_s;
  }
}

/** @returns {Fault} */
const silence = () => new Fault("no-connection", words.no_connection, words.no_connection_do);

/**
 * @param {string} path @param {object} [body] sent as JSON with POST
 * @param {number} [abort_ms]
 * @returns {Promise<any>} the JSON of the answer
 * @throws {Fault}
 */
export async function ask(path, body, abort_ms = ABORT_MS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), abort_ms);
  /** @type {RequestInit} */
  const asked = { signal: stop.signal, cache: "no-store", headers: { Accept: "application/json" } };
  if (body !== undefined) {
    asked.method = "POST";
    asked.headers = { Accept: "application/json", "Content-Type": "application/json" };
    asked.body = JSON.stringify(body);
  }
  try {
    const answer = await fetch(path, asked);
    const told = await answer.json();
    if (answer.ok) return told;
    throw read(told?.fault, answer);
  } catch (failure) {
    throw failure instanceof Fault ? failure : silence();
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A change, asked for again under the same op_id while the box does not answer: it happens once.
 * @param {string} path @param {Record<string, unknown>} [fields]
 * @returns {Promise<any>}
 */
export async function change(path, fields = {}) {
  const body = { op_id: newId(), ...fields };
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask(path, body, CHANGE_MS);
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.status !== 0 || tried === TRIES) throw fault;
      await new Promise((done) => setTimeout(done, 300 * tried));
    }
  }
}

/** @param {any} told @param {Response} answer @returns {Fault} */
function read(told, answer) {
  const wait_s = Number(answer.headers.get("Retry-After")) || 0;
  if (typeof told?.what !== "string") return new Fault("fault", words.odd_answer, words.odd_answer_do, answer.status);
  return new Fault(String(told.code), told.what, String(told.do ?? ""), answer.status, wait_s);
}
