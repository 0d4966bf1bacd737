// Steps by stored times: dropped pictures, changing rates, gaps, both ends.
import assert from "node:assert/strict";
import test from "node:test";
import { Frames, HZ, middle_s, readPlaylist, shownAt } from "./static/frames.js";

// Segments 0, 1 and 3 of a second each, with a gap where 2 was; 30 fps, then 15, then with pictures dropped.
const FILM = new Map([
  [0, Array.from({ length: 30 }, (_, n) => n * 3000)],
  [1, Array.from({ length: 15 }, (_, n) => HZ + n * 6000)],
  [3, [0, 1, 2, 7, 8, 29].map((n) => 3 * HZ + n * 3000)],
]);
const PIECES = [0, 1, 3].map((n) => ({ n, start_s: n, end_s: n + 1 }));
const ALL = [...FILM.values()].flat();

function film() {
  const asked = [];
  const ask = async (n) => {
    asked.push(n);
    return { n: [n], start_ms: [n * 1000], pts90k: [FILM.get(n)] };
  };
  return { frames: new Frames(ask, () => PIECES), asked };
}

test("every step on is the next picture, every step back the one before, over gaps and rates", async () => {
  const { frames } = film();
  for (const [n, pts] of ALL.entries()) {
    assert.equal((await frames.step(pts, 1))?.pts, ALL[n + 1]);
    assert.equal((await frames.step(pts, -1))?.pts, ALL[n - 1]);
  }
});

test("there is no step past either end", async () => {
  const { frames } = film();
  assert.equal(await frames.step(0, -1), null);
  assert.equal(await frames.step(ALL.at(-1), 1), null);
});

test("the middle of a picture shows it and no other", async () => {
  const { frames } = film();
  for (const pts of ALL) {
    const { next } = await frames.at(pts);
    const to = middle_s(pts, next) * HZ;
    assert.equal(ALL[shownAt(ALL, to)], pts);
    assert.ok(to > pts + 100);
  }
});

test("a time within a picture is that picture; a rounding error is not the one before", async () => {
  const { frames } = film();
  assert.equal((await frames.at(2999)).pts, 3000, "half a millisecond is rounding");
  assert.equal((await frames.at(2900)).pts, 0);
  assert.equal((await frames.at(2.5 * HZ)).pts, HZ + 14 * 6000, "in the gap the last before it stays");
});

test("a moment begins with the first picture at or after it", async () => {
  const { frames } = film();
  assert.equal((await frames.from(3001)).pts, 3000);
  assert.equal((await frames.from(3100)).pts, 6000);
  assert.equal((await frames.from(2.5 * HZ)).pts, 3 * HZ);
  assert.equal((await frames.from(99 * HZ)).pts, ALL.at(-1), "past the end it is the last");
});

test("what is known is not asked for again; what failed is", async () => {
  const { frames, asked } = film();
  await frames.step(0, 1);
  await frames.step(3000, 1);
  assert.deepEqual(asked.sort(), [0, 1]);
  let fails = true;
  const shaky = new Frames(async (n) => (fails ? Promise.reject(new Error("gone")) : { n: [n], start_ms: [0], pts90k: [[0, 3000]] }), () => PIECES.slice(0, 1));
  await assert.rejects(shaky.step(0, 1));
  fails = false;
  assert.equal((await shaky.step(0, 1)).pts, 3000);
});

test("a playlist is read with its gaps", () => {
  const text = "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:1.000,\n0.m4s\n#EXTINF:2.500,\n#EXT-X-GAP\ngap.m4s\n#EXTINF:0.967,\n7.m4s\n#EXT-X-ENDLIST\n";
  assert.deepEqual(readPlaylist(text), [{ n: 0, start_s: 0, end_s: 1 }, { n: 7, start_s: 3.5, end_s: 4.467 }]);
});
