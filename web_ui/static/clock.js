// @ts-check
/**
 * What time it is on the box: the phone's clock plus an offset, taken from the quickest question of the last minute.
 * Apart and pure, with times as parameters, because a tag is worth no more than its time. No API that plain http lacks;
 * Date.now, because performance.now stands still while a phone sleeps.
 */

/**
 * @typedef {object} Sample one question and its answer; `_ms` on the phone's clock, `now_us` on the box's
 * @property {number} sent_ms
 * @property {number} got_ms
 * @property {string} boot
 * @property {number} now_us
 * @property {number} [steady_ms] when it was got, on a clock that nobody sets and that stands still while a phone sleeps
 *
 * @typedef {object} BoxTime `error_ms`: how far it may be off
 * @property {string} boot
 * @property {number} at_us
 * @property {number} error_ms
 */

export const FRESH_MS = 60000;
export const SLOW_MS = 300;
/** How far the phone's two clocks may come apart, between two questions, before one of them is thought to have moved. */
export const MOVED_MS = 500;
/** No question is waited for so long; a way that seems longer is a clock that was set meanwhile. */
export const LONGEST_MS = 5000;
const KEPT = 90;
const DRIFT = 1e-4;
const TICK_MS = 1;

export class BoxClock {
  /** @type {Sample[]} */
  #samples = [];

  /**
   * Takes a sample in. A new boot, or an offset that no drift explains (somebody set the phone's clock), makes the
   * older ones void.
   * @param {Sample} sample
   */
  take(sample) {
    if (sample.got_ms < sample.sent_ms || trip_ms(sample) > LONGEST_MS) return;
    const last = this.#samples[this.#samples.length - 1];
    if (last !== undefined && (last.boot !== sample.boot || !agree(last, sample))) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /**
   * The box's time at `phone_ms`; null as long as the box has not been heard.
   * @param {number} phone_ms
   * @returns {BoxTime | null}
   */
  at(phone_ms) {
    const best = this.#best(phone_ms);
    if (best === undefined) return null;
    const at_us = Math.round(offset_us(best) + phone_ms * 1000);
    return at_us < 0 ? null : { boot: best.boot, at_us, error_ms: Math.ceil(error_ms(best, phone_ms)) };
  }

  /**
   * Whether `at` can be believed now. The phone slept, or somebody set its clock, if its clocks came apart since the last
   * question: then the next one tells, and what was tapped meanwhile gets its time by that.
   * @param {number} phone_ms now @param {number} steady_ms now
   */
  sure(phone_ms, steady_ms) {
    const last = this.#samples[this.#samples.length - 1];
    if (last?.steady_ms === undefined) return true;
    return Math.abs(phone_ms - last.got_ms - (steady_ms - last.steady_ms)) <= MOVED_MS;
  }

  /** @param {number} phone_ms @returns {Sample | undefined} */
  #best(phone_ms) {
    const fresh = this.#samples.filter((sample) => phone_ms - sample.got_ms <= FRESH_MS);
    const near = fresh.length > 0 ? fresh : this.#samples.slice(-1);
    const quick = near.filter((sample) => trip_ms(sample) <= SLOW_MS);
    return (quick.length > 0 ? quick : near).reduce(
      (/** @type {Sample | undefined} */ best, sample) =>
        best === undefined || error_ms(sample, phone_ms) <= error_ms(best, phone_ms) ? sample : best,
      undefined,
    );
  }
}

/** @param {Sample} sample */
const trip_ms = (sample) => sample.got_ms - sample.sent_ms;

/** @param {Sample} sample */
const bound = (sample) => trip_ms(sample) / 2 + TICK_MS;

/** @param {Sample} sample @param {number} phone_ms */
const error_ms = (sample, phone_ms) => bound(sample) + Math.abs(phone_ms - sample.got_ms) * DRIFT;

/** @param {Sample} sample */
const offset_us = (sample) => sample.now_us - (sample.sent_ms + sample.got_ms) * 500;

/** @param {Sample} older @param {Sample} newer */
function agree(older, newer) {
  const apart_ms = Math.abs(offset_us(older) - offset_us(newer)) / 1000;
  return apart_ms <= bound(older) + bound(newer) + Math.abs(newer.got_ms - older.got_ms) * DRIFT + 20;
}
