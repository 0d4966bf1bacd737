// @ts-check
/**
 * Writes ops about a film that is being looked at: at once, or not at all.
 * Apart from the pad's queue, which keeps taps that nobody can make again.
 */
import { Fault, ask } from "./api.js";
import { newId } from "./ids.js";

/**
 * @param {string} session @param {Record<string, unknown>} op without its id
 * @returns {Promise<string>} its id
 * @throws {Fault}
 */
export async function write(session, op) {
  const id = newId();
  const { refused, fault } = await ask("/api/ops", { ops: [{ id, session, ...op }] });
  const why = refused[0]?.fault ?? fault;
  if (why) throw new Fault(String(why.code), String(why.what), String(why.do ?? ""), 400);
  return id;
}
