// @ts-check
/**
 * Gives the box this phone's time where it has no better one.
 * Apart because it is done by itself at each unlock, and by a tap before a visit.
 */
import { Fault, ask, change } from "./api.js";
import { clock, setClock } from "./poll.js";
import { said } from "./said.js";

const UNSURE = "last known";
const PATIENCE_MS = 2000;
const words = said({
  no_clock: "The box did not say what its clock shows.",
  no_clock_do: "Try again.",
});

/** Whether a box with this status would take it. @param {import("./poll.js").Status | null} status */
export const timeless = (status) => status?.health.utc_source === UNSURE;

/** Says what time it is at a moment of the box's own clock, so that it does not matter how long that is on its way. */
export async function giveTime() {
  await setClock();
  const now_ms = Date.now();
  const at = clock.at(now_ms);
  if (at === null) throw new Fault("no-connection", words.no_clock, words.no_clock_do);
  await change("/api/time", { utc_ms: now_ms, mono_us: at.at_us, boot: at.boot });
}

/** The same without being asked: only where it is needed, and nobody waits for it long. */
export async function offerTime() {
  const offer = async () => {
    if (timeless(await ask("/api/status"))) await giveTime();
  };
  await Promise.race([offer().catch(() => undefined), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}
