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
    this.ended = false;
    this.dispatchEvent(new Event("seeking"));
    setTimeout(() => {
      if (this.stuck) return;
      this.seeking = false;
      const all = this.#told.splice(0);
      for (const each of all) this.#show(each, Math.floor(this.#at_s * 30) / 30);
      this.dispatchEvent(new Event("seeked"));
    }, 1);
  }
  requestVideoFrameCallback(told) {
    this.#told.push(told);
  }
  #show(told, mediaTime) {
    told(0, { mediaTime, presentationTime: performance.now() });
  }
  /** The film plays on to a picture, and the browser tells of it. */
  reaches(pts) {
    this.#at_s = pts / HZ;
    for (const each of this.#told.splice(0)) this.#show(each, pts / HZ);
  }
  /** As a browser does it. */
  ends() {
    this.#at_s = 10;
    this.ended = this.paused = true;
    this.dispatchEvent(new Event("pause"));
    this.dispatchEvent(new Event("ended"));
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

test("a hold at the turn of a loop stands on the picture that is on the screen", async () => {
  const { player, video, answer } = film();
  player.loop = { a: 3 * HZ, b: 4 * HZ };
  void player.play();
  video.reaches(4 * HZ);
  assert.equal(video.currentTime, middle_s(3 * HZ), "it turns");
  void player.hold();
  await answer();
  assert.deepEqual([video.paused, video.currentTime], [true, middle_s(4 * HZ)]);
});

test("a loop up to the end of the film turns there, and is held there", async () => {
  for (const held of [false, true]) {
    const { player, video, answer } = film();
    player.loop = { a: 3 * HZ, b: 10 * HZ - 3000 };
    void player.play();
    video.reaches(10 * HZ - 6000);
    if (held) void player.hold();
    video.ends();
    await answer();
    assert.equal(video.paused, held);
    assert.equal(video.currentTime, middle_s(held ? 10 * HZ - 6000 : 3 * HZ));
  }
});

test("a hold that comes as the film ends does not begin it anew, and a press on play does", async (t) => {
  const { player, video, answer } = film();
  const now = t.mock.method(performance, "now", () => 5000);
  void player.play();
  video.ends();
  now.mock.mockImplementation(() => 5300);
  void player.toggle();
  assert.deepEqual([video.paused, video.currentTime], [true, 10]);
  now.mock.mockImplementation(() => 6000);
  void player.toggle();
  now.mock.restore();
  await answer();
  assert.deepEqual([video.paused, video.currentTime], [false, 0]);
});

test("a hold or a step right after the film was sent elsewhere is there, not where it was", async () => {
  for (const [then, at] of [["hold", 7 * HZ], ["step", 7 * HZ + 3000]]) {
    const { player, video, answer } = film();
    void player.play();
    video.reaches(2 * HZ);
    player.seek(7.01);
    void player[then](1);
    await answer();
    assert.deepEqual([video.paused, video.currentTime], [true, middle_s(at)], then);
  }
});

test("once a picture from there was seen, a hold is on the picture that is seen", async () => {
  const { player, video, answer } = film();
  void player.play();
  player.seek(7.01);
  await answer();
  video.reaches(8 * HZ);
  void player.hold();
  await answer();
  assert.equal(video.currentTime, middle_s(8 * HZ));
});

test("the button says hold, and holds, while a jump that will play is under way", async () => {
  const { player, video, answer } = film();
  assert.ok(player.stands);
  void player.jump(3000);
  assert.ok(!player.stands);
  void player.toggle();
  assert.ok(player.stands);
  await answer();
  assert.deepEqual([video.paused, player.stands], [true, true]);
});

test("a film that was played while a step was under way tells where it is", async () => {
  const { player, video, answer } = film();
  void player.step(1);
  void player.play();
  await answer();
  video.reaches(2 * HZ);
  assert.equal(player.at_s, 2);
  void player.hold();
  await answer();
  assert.equal(video.currentTime, middle_s(2 * HZ));
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
