// Times as people read them, ids as the box takes them, and the lamp's table for the other side to compare.
import assert from "node:assert/strict";
import test from "node:test";
import { newId } from "./static/ids.js";
import { daysTo } from "./static/standing.js";
import { bytes, clock_time, count, fill, joined, length } from "./static/words.js";

test("times", () => {
  assert.deepEqual([0, 999, 61_000, 724_900, 3_600_000, 7_384_000, -5].map(clock_time),
    ["0:00", "0:00", "1:01", "12:04", "1:00:00", "2:03:04", "0:00"]);
  assert.deepEqual([0, 59, 60, 605].map(length), ["0 min", "59 min", "1 h 00 min", "10 h 05 min"]);
});

test("sizes", () => {
  assert.deepEqual([0, 1, 639_001, 1e6, 12_345_678, 1.44e9].map(bytes), ["0 kB", "1 kB", "640 kB", "1 MB", "12 MB", "1.4 GB"]);
});

test("days until a day come down to none, and never below", () => {
  const day = 86_400_000;
  assert.deepEqual([-1, 0, 1, day, day + 1, 7 * day].map((at) => daysTo(at, 0)), [0, 0, 1, 1, 2, 7]);
});

test("sentences are filled, and what is not given stays to be seen", () => {
  assert.equal(fill("{a} of {b}, {a}", { a: 1, b: "x" }), "1 of x, 1");
  assert.equal(fill("{a} of {b}", { a: "{b}" }), "{b} of {b}");
  assert.deepEqual([1, 2, 0].map((n) => count(n, "one", "{n} of them")), ["one", "2 of them", "0 of them"]);
});

test("what stands side by side leaves out what is not there", () => {
  assert.equal(joined("9:08", null, "", undefined, "F-017"), "9:08 · F-017");
  assert.equal(joined(null), "");
});

test("ids are UUIDs of version 4, each another", () => {
  const ids = Array.from({ length: 1000 }, newId);
  assert.ok(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)));
  assert.equal(new Set(ids).size, 1000);
});
