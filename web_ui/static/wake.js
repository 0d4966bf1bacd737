// @ts-check
/**
 * Keeps the phone's screen on while the pad is seen, where the phone lets a page do that; nothing relies on it.
 * Apart because it is missing on plain http and on older phones, and then a person must hear of it, once.
 */

const TOLD = "fieldreel-wake-told";

/** Asks anew each time the page is seen: a phone takes it away whenever the page is hidden. */
export function stayAwake() {
  const ask = () => void (document.hidden || navigator.wakeLock?.request("screen").catch(() => undefined));
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** Whether somebody should hear that this phone may fall asleep. */
export const mayFallAsleep = () => navigator.wakeLock === undefined && localStorage.getItem(TOLD) === null;

export const sleepTold = () => localStorage.setItem(TOLD, "1");
