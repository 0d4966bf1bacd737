// What a phone's queue promises, with a box that answers late, twice, in part, or not at all.
import assert from "node:assert/strict";
import test from "node:test";
import { Fault } from "./static/api.js";
import { BATCH, FIRST_WAIT_MS, LONGEST_WAIT_MS, Queue } from "./static/queue.js";
import { MemoryStore } from "./static/store.js";

const op = (id, more = {}) => ({ id, kind: "moment", tapped_ms: 1000, tags: [], ...more });
const time = { boot: "boot", at_us: 5_000_000, error_ms: 3 };
const gone = () => new Fault("no-connection", "The box does not answer.", "");

/** A box that keeps each id once; `plays` are what happens to the requests, one after the other, then all is well. */
function box(plays = []) {
  const written = [];
  const asked = [];
  const send = async (ops) => {
    asked.push(ops.map((each) => each.id));
    const play = plays.shift() ?? "";
    if (play instanceof Fault) throw play;
    if (typeof play === "function") return play(ops);
    if (play === "lost before") throw gone();
    for (const each of ops) if (!written.some((one) => one.id === each.id)) written.push(each);
    if (play === "lost after") throw gone();
    return { acked: ops.map((each) => each.id), refused: [] };
  };
  return { send, written, asked };
}

function queue(send, { time_of = () => time, store = new MemoryStore() } = {}) {
  const views = [];
  const slept = [];
  const sleep = async (ms) => void slept.push(ms);
  return { queue: new Queue(store, send, time_of, (view) => views.push(view), sleep), store, views, slept };
}

test("what is acknowledged leaves the phone, and nothing else does", async () => {
  const { send, written } = box();
  const phone = queue(send);
  await phone.queue.add(op("a"));
  await phone.queue.run();
  assert.deepEqual(written, [{ id: "a", kind: "moment", tags: [], ...time }]);
  assert.deepEqual(await phone.store.all(), []);
});

test("a dropped acknowledgement is asked for again and written once", async () => {
  const { send, written, asked } = box(["lost after", "lost before", "lost after"]);
  const phone = queue(send);
  await phone.queue.add(op("a"));
  await phone.queue.run();
  assert.equal(asked.length, 4);
  assert.deepEqual(written.map((each) => each.id), ["a"]);
  assert.deepEqual(await phone.store.all(), []);
});

test("it waits longer and longer, at most five seconds, and at once again after a success", async () => {
  const { send } = box(Array(6).fill("lost before"));
  const phone = queue(send);
  await phone.queue.add(op("a"));
  await phone.queue.run();
  assert.deepEqual(phone.slept, [FIRST_WAIT_MS, 1000, 2000, 4000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
  assert.equal(phone.queue.wait_ms, FIRST_WAIT_MS);
  assert.equal(phone.views.at(-1).fault, null);
});

test("it waits as long as the box says", async () => {
  const { send } = box([new Fault("too-often", "Too many.", "", 429, 7)]);
  const phone = queue(send);
  await phone.queue.add(op("a"));
  await phone.queue.run();
  assert.deepEqual(phone.slept, [7000]);
});

test("a phone that was killed sends what it kept when it is opened again", async () => {
  const store = new MemoryStore();
  const away = queue(async () => new Promise(() => {}), { store });
  await away.queue.add(op("a"));
  await away.queue.add(op("b"));
  const { send, written } = box();
  await queue(send, { store }).queue.run();
  assert.deepEqual(written.map((each) => each.id), ["a", "b"]);
});

test("a refused op does not hold up the others, is shown, and can be dismissed", async () => {
  const fault = { code: "bad-input", what: "Nothing was being recorded at that time.", do: "" };
  const { send } = box([(ops) => ({ acked: [ops[0].id, ops[2].id], refused: [{ id: ops[1].id, fault }] })]);
  const phone = queue(send);
  for (const id of ["a", "b", "c"]) await phone.store.add(op(id, time));
  await phone.queue.run();
  const { waiting, refused } = phone.views.at(-1);
  assert.deepEqual([waiting, refused.map((each) => [each.id, each.refused.what])], [[], [["b", fault.what]]]);
  await phone.queue.dismiss(["b"]);
  assert.deepEqual(await phone.store.all(), []);
});

test("a request refused as a whole goes one by one until the bad one is found", async () => {
  const bad = new Fault("bad-input", "No.", "", 400);
  const { written } = box();
  const send = async (ops) => {
    if (ops.some((each) => each.id === "b")) throw bad;
    written.push(...ops);
    return { acked: ops.map((each) => each.id), refused: [] };
  };
  const phone = queue(send);
  for (const id of ["a", "b", "c"]) await phone.store.add(op(id, time));
  await phone.queue.run();
  assert.deepEqual(written.map((each) => each.id), ["a", "c"]);
  assert.deepEqual((await phone.store.all()).map((each) => [each.id, each.refused.code]), [["b", "bad-input"]]);
});

test("a card that fills up keeps the rest on the phone and says so", async () => {
  const full = { code: "card-full", what: "There is no room left on the card.", do: "" };
  const { send } = box([(ops) => ({ acked: [ops[0].id], refused: [], fault: full })]);
  const phone = queue(send);
  for (const id of ["a", "b"]) await phone.store.add(op(id, time));
  const shown = [];
  phone.queue.show = (view) => shown.push([view.waiting.length, view.fault?.code]);
  await phone.queue.run();
  assert.deepEqual(shown[0], [1, "card-full"]);
  assert.deepEqual(shown.at(-1), [0, undefined]);
});

test("an op tapped before the box was heard gets its time as soon as it is", async () => {
  let known = null;
  const { send, written } = box();
  const phone = queue(send, { time_of: () => known });
  await phone.queue.add(op("a"));
  await phone.queue.run();
  assert.deepEqual(written, []);
  known = time;
  await phone.queue.run();
  assert.deepEqual([written[0].boot, written[0].at_us], ["boot", 5_000_000]);
});

test("an op keeps the time that it had when it was tapped", async () => {
  let known = time;
  const phone = queue(async () => Promise.reject(new Fault("no-connection", "", "")), { time_of: () => known });
  phone.queue.sleep = () => new Promise(() => {});
  await phone.queue.add(op("a"));
  known = { ...time, boot: "another" };
  assert.equal((await phone.store.all())[0].boot, "boot");
});

test("many go in small requests, in their order", async () => {
  const { send, written, asked } = box();
  const phone = queue(send);
  const ids = Array.from({ length: 2 * BATCH + 5 }, (_, n) => String(n));
  for (const id of ids) await phone.store.add(op(id, { ...time, note: id === "3" ? "x".repeat(20000) : "" }));
  await phone.queue.run();
  assert.deepEqual(written.map((each) => each.id), ids);
  assert.ok(asked.every((each) => each.length <= BATCH));
  assert.ok(asked.every((each) => !each.includes("3") || each.indexOf("3") === 0 || each.at(-1) !== "3"), "a long one goes first");
});

test("an answer that names ids nobody asked about changes nothing", async () => {
  const { send } = box([() => ({ acked: ["z"], refused: [{ id: null, fault: {} }] })]);
  const phone = queue(send);
  await phone.store.add(op("a", time));
  const shown = [];
  phone.queue.show = (view) => shown.push([view.waiting.length, view.fault === null]);
  await phone.queue.run();
  assert.deepEqual(shown[0], [1, false]);
});

test("whatever the network does, each op is written once and none stays behind (500 runs)", async () => {
  let seed = 1;
  const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let run = 0; run < 500; run += 1) {
    const plays = Array.from({ length: draw(8) }, () => ["", "lost before", "lost after"][draw(3)]);
    const { send, written } = box(plays);
    const store = new MemoryStore();
    let phone = queue(send, { store });
    const ids = Array.from({ length: 1 + draw(6) }, (_, n) => `${run}-${n}`);
    for (const id of ids) {
      await phone.queue.add(op(id));
      if (draw(4) === 0) phone = queue(send, { store }); // the tab was killed and opened again
    }
    await phone.queue.run();
    while ((await store.all()).length > 0) await new Promise(setImmediate);
    assert.deepEqual(written.map((each) => each.id).sort(), ids.sort());
  }
});
