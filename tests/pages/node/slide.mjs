// What a thumb that stays down means: a tap, a tap of before, or nothing.
import assert from "node:assert/strict";
import test from "node:test";
import { MOST_S, OPEN_MS, backAt, slidable, trackFrom } from "./static/slide.js";

/** A button as far as a slide needs one, and what became of it. */
function pad({ most_s = 30 } = {}) {
  const heard = {};
  const told = [];
  const at = { disabled: false, addEventListener: (name, what) => (heard[name] = what) };
  const slide = {
    opened: () => told.push("opened"),
    moved: (s) => told.push(s),
    placed: (s) => told.push(`placed ${s}`),
    cancelled: () => told.push("cancelled"),
  };
  slidable(at, slide, () => most_s, () => told.push("pressed"));
  const event = (more) => ({ pointerId: 1, button: 0, clientX: 100, clientY: 700, detail: 1, preventDefault() {}, ...more });
  const go = (name, more = {}) => heard[name](event(more));
  return { at, told, go };
}
const held = (t) => t.mock.timers.tick(OPEN_MS);
const start = (t) => t.mock.timers.enable({ apis: ["setTimeout"] });
globalThis.navigator ??= {};

test("a short tap is a tap", (t) => {
  start(t);
  const { told, go } = pad();
  go("pointerdown");
  go("pointerup");
  go("click");
  assert.deepEqual(told, ["pressed"]);
});

test("held and slid up it is as much earlier, and the click that follows is none", (t) => {
  start(t);
  const { told, go } = pad();
  go("pointerdown");
  held(t);
  go("pointermove", { clientY: 700 - 9 * 12 });
  go("pointerup", { clientY: 700 - 9 * 12 });
  go("click");
  assert.deepEqual(told, ["opened", 12, "placed 12"]);
  go("pointerdown");
  go("pointerup");
  go("click");
  assert.equal(told.at(-1), "pressed", "the next tap is one again");
});

test("held without a slide it is a tap: a slow thumb loses nothing", (t) => {
  start(t);
  const { told, go } = pad();
  go("pointerdown");
  held(t);
  go("pointerup", { clientY: 697 });
  go("click");
  assert.deepEqual(told, ["opened", "placed 0"]);
});

test("slid up and back it is taken away, and so it is when the phone takes the finger", (t) => {
  start(t);
  for (const end of ["pointerup", "pointercancel"]) {
    const { told, go } = pad();
    go("pointerdown");
    held(t);
    go("pointermove", { clientY: 500 });
    go("pointermove", { clientY: 700 });
    go(end, { clientY: 700 });
    assert.equal(told.at(-1), "cancelled");
    assert.ok(!told.includes("pressed"));
  }
});

test("a finger that moves at once scrolls or slides off, and opens nothing", (t) => {
  start(t);
  const { told, go } = pad();
  go("pointerdown");
  go("pointermove", { clientY: 660 });
  held(t);
  go("pointercancel");
  assert.deepEqual(told, []);
});

test("keys tap, also after a slide that no click followed", (t) => {
  start(t);
  const { told, go } = pad();
  go("pointerdown");
  held(t);
  go("pointerup", { clientY: 600 });
  go("click", { detail: 0 });
  assert.equal(told.at(-1), "pressed");
});

test("it goes back no further than the film, and never past thirty seconds", () => {
  const track = trackFrom(0, 800);
  assert.equal(backAt(track, 0, 100), MOST_S);
  assert.equal(backAt(track, 0, 7), 7);
  assert.equal(backAt(track, 900, 30), 0);
});

test("from any place that a thumb reaches all thirty seconds lie on the screen", () => {
  for (let y = 144; y <= 844; y += 10) {
    const track = trackFrom(0, y);
    assert.ok(y - MOST_S * track.px_per_s >= 23.999, `${y}`);
    assert.equal(backAt(track, y - MOST_S * track.px_per_s), MOST_S);
  }
});
