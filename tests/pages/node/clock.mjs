// The box's time on the phone: within the bound that goes with it, and never by a sample that is void.
import assert from "node:assert/strict";
import test from "node:test";
import { BoxClock, FRESH_MS, SLOW_MS } from "./static/clock.js";

const AHEAD_US = 7_000_000_000;
/** A question at `sent_ms` whose way there takes `there` ms and whose way back takes `back`. */
const sample = (sent_ms, there, back, { boot = "boot", ahead_us = AHEAD_US } = {}) => ({
  sent_ms,
  got_ms: sent_ms + there + back,
  boot,
  now_us: (sent_ms + there) * 1000 + ahead_us,
});

test("it does not know before it has heard", () => {
  assert.equal(new BoxClock().at(1000), null);
});

test("the truth lies within the bound, however lopsided the way", () => {
  for (const [there, back] of [[0, 0], [1, 9], [80, 2], [3, 290], [200, 200]]) {
    const clock = new BoxClock();
    clock.take(sample(1000, there, back));
    const at = clock.at(1500);
    assert.ok(Math.abs(at.at_us - (1500 * 1000 + AHEAD_US)) <= at.error_ms * 1000, `${there} ${back}`);
  }
});

test("the quickest of the last minute leads", () => {
  const clock = new BoxClock();
  clock.take(sample(0, 1, 1));
  clock.take(sample(10_000, 100, 10));
  assert.equal(clock.at(20_000).error_ms, 4);
  assert.equal(clock.at(20_000).at_us, 20_000_000 + AHEAD_US);
  clock.take(sample(FRESH_MS + 9_000, 100, 100));
  assert.equal(clock.at(FRESH_MS + 9_500).error_ms, 62, "the one of 0 s is too old, the one of 10 s is not");
});

test("a slow answer counts only while there is no other", () => {
  const clock = new BoxClock();
  clock.take(sample(0, SLOW_MS, SLOW_MS));
  assert.ok(clock.at(1000).error_ms >= SLOW_MS);
  clock.take(sample(2000, 5, 5));
  assert.ok(clock.at(3000).error_ms < 10);
});

test("an old sample is better than none, and its bound grows", () => {
  const clock = new BoxClock();
  clock.take(sample(0, 1, 1));
  const later = clock.at(3_600_000);
  assert.ok(later.error_ms > 300 && later.error_ms < 400);
});

test("a new boot makes the old samples void", () => {
  const clock = new BoxClock();
  clock.take(sample(0, 1, 1));
  clock.take(sample(5000, 100, 100, { boot: "another", ahead_us: 12 }));
  assert.equal(clock.at(6000).boot, "another");
});

test("a phone whose clock was set goes by the new samples", () => {
  const clock = new BoxClock();
  clock.take(sample(0, 1, 1));
  clock.take(sample(5000, 20, 20, { ahead_us: AHEAD_US - 3_600_000_000 }));
  const at = clock.at(6000);
  assert.ok(Math.abs(at.at_us - (6_000_000 + AHEAD_US - 3_600_000_000)) <= at.error_ms * 1000);
});

test("an answer from before its question is no sample, and no time is below zero", () => {
  const clock = new BoxClock();
  clock.take({ sent_ms: 10, got_ms: 5, boot: "boot", now_us: 1 });
  assert.equal(clock.at(10), null);
  clock.take(sample(1000, 1, 1, { ahead_us: -900_000 }));
  assert.equal(clock.at(500), null);
});

test("a clock that was set, or a sleep, is noticed before the next question", () => {
  const clock = new BoxClock();
  assert.equal(clock.sure(0, 0), true, "nothing is known yet, so nothing can have moved");
  clock.take({ sent_ms: 1000, got_ms: 1010, steady_ms: 500, boot: "b", now_us: 9_000_000 });
  assert.equal(clock.sure(31_010, 30_500), true);
  assert.equal(clock.sure(31_010 + 3_600_000, 30_500), false, "set an hour ahead, or an hour asleep");
  assert.equal(clock.sure(31_010 - 3_600_000, 30_500), false);
  clock.take({ sent_ms: 3_631_000, got_ms: 3_631_010, steady_ms: 30_500, boot: "b", now_us: 39_000_000 });
  assert.equal(clock.sure(3_632_010, 31_500), true);
  assert.ok(Math.abs(clock.at(3_631_005).at_us - 39_000_000) < 20_000);
});

test("a clock that is set while a question is on its way spoils that question alone", () => {
  const clock = new BoxClock();
  clock.take(sample(1000, 5, 5));
  const before = clock.at(2000);
  clock.take({ sent_ms: 1500, got_ms: 1500 + 3_600_000, boot: "boot", now_us: 1_500_000 + AHEAD_US });
  clock.take({ sent_ms: 1500, got_ms: 1500 - 3_600_000, boot: "boot", now_us: 1_500_000 + AHEAD_US });
  assert.deepEqual(clock.at(2000), before);
});
