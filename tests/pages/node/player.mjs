// What is asked of the player while something else is under way: the last wish counts.
import assert from "node:assert/strict";
import test from "node:test";
import { HZ, middle_s } from "./static/frames.js";

/** A video element as far as the player needs one; pictures of 30 a second are shown at once. */
class Video extends EventTarget {
  paused = true;
  ended = false;
  seeking = false;
  playbackRate = 1;
  preservesPitch = true;
  #at_s = 0;
  #told = [];
  get currentTime() {
    return this.#at_s;
  }
  set currentTime(at_s) {
    this.#at_s = at_s;
    this.seeking = true;
    this.dispatchEvent(new Event("seeking"));
    setTimeout(() => {
      if (this.stuck) return;
      this.seeking = false;
      const all = this.#told.splice(0);
      for (const each of all) each(0, { mediaTime: Math.floor(this.#at_s * 30) / 30 });
      this.dispatchEvent(new Event("seeked"));
    }, 1);
  }
  requestVideoFrameCallback(told) {
    this.#told.push(told);
  }
  async play() {
    this.paused = false;
  }
  pause() {
    this.paused = true;
  }
  removeAttribute() {}
  load() {}
}

class Image extends EventTarget {
  hidden = true;
  src = "";
  dataset = {};
  removeAttribute(name) {
    this[name] = "";
  }
  async decode() {
    await this.decoding?.();
  }
}

globalThis.window = globalThis;
globalThis.Image = Image;
globalThis.addEventListener ??= () => undefined;
const { Player } = await import("./static/player.js");

/** A film of ten seconds; `answer()` lets the box tell of its pictures. */
function film() {
  const waiting = [];
  const video = new Video();
  const image = new Image();
  const player = new Player(video, image, "/sessions/x", () => undefined, (fault) => assert.equal(fault, null));
  player.frames.ask = (n) =>
    new Promise((done) => waiting.push(() => done({ n: [n], start_ms: [n * 1000], pts90k: [pictures(n)] })));
  player.pieces = Array.from({ length: 10 }, (_, n) => ({ n, start_s: n, end_s: n + 1 }));
  player.length_s = 10;
  const answer = async () => {
    for (let tick = 0; tick < 200; tick += 1) {
      for (const each of waiting.splice(0)) each();
      await new Promise((done) => setTimeout(done, 1));
    }
  };
  return { player, video, image, answer };
}

const pictures = (n) => Array.from({ length: 30 }, (_, k) => n * HZ + k * 3000);

test("a jump plays from its picture on", async () => {
  const { player, video, answer } = film();
  void player.jump(3000);
  await answer();
  assert.equal(video.paused, false);
  assert.equal(video.currentTime, middle_s(3 * HZ));
});

test("a hold or a step while a jump is under way ends in a still picture", async () => {
  for (const then of ["hold", "step"]) {
    const { player, video, answer } = film();
    void player.jump(3000);
    void player[then](1);
    await answer();
    assert.equal(video.paused, true, then);
  }
});

test("a step that was under way does not pull back who has gone to the live edge", async () => {
  const { player, video, answer } = film();
  player.live = true;
  void player.step(1);
  void player.goLive();
  await answer();
  assert.equal(video.paused, false);
  assert.ok(video.currentTime > 8, `at ${video.currentTime}`);
});

test("nothing of the film is left once it is closed", async () => {
  const { player, video, image, answer } = film();
  video.stuck = true;
  const shown = () => image.src !== "" || !image.hidden;
  player.seek(2);
  await new Promise((done) => setTimeout(done, 450));
  await answer();
  assert.ok(shown(), "the box's own picture stands where the browser shows none");
  player.close();
  assert.ok(!shown());
  player.seek(4);
  await new Promise((done) => setTimeout(done, 450));
  await answer();
  assert.ok(!shown());
});
