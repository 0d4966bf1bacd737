// Three phones and an hour, in simulated time: the pages' own queue, clock, visitor button and store, one box behind
// a radio that drops what it likes. Whoever started this is the box: each line written is a request to it, each line
// read its answer. At the end it is told what was tapped, and when in the film that really was.
import { readSync, writeSync } from "node:fs";
import { Fault } from "./static/api.js";
import { BoxClock } from "./static/clock.js";
import { Queue } from "./static/queue.js";
import { MemoryStore } from "./static/store.js";
import { Visitor } from "./static/visitor.js";

const [, , minutes, seed_text] = process.argv;
const END_MS = Number(minutes) * 60_000;
const TAGS = ["taking-turns", "supporting-initiative", "taking-the-lead"].map((key) => `orion-8@1/${key}`);
const START_US = 5_000_000_000;
const ABORT_MS = 3000;
const NOON_MS = 1_795_424_933_000;

let seed = Number(seed_text);
const draw = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const between = (least, most) => least + draw() * (most - least);
const chance = (share) => draw() < share;

/** What happens, in the order of simulated time since the film began. */
const happenings = [];
let now_ms = 0;
function at(when_ms, what) {
  let n = happenings.length;
  while (n > 0 && happenings[n - 1].when_ms < when_ms) n -= 1;
  happenings.splice(n, 0, { when_ms, what });
}

const unread = { text: "" };
const piece = Buffer.alloc(65536);
function box(asked) {
  writeSync(1, `${JSON.stringify({ now_ms, ...asked })}\n`);
  while (!unread.text.includes("\n")) unread.text += piece.toString("utf8", 0, readSync(0, piece));
  const end = unread.text.indexOf("\n");
  const told = JSON.parse(unread.text.slice(0, end));
  unread.text = unread.text.slice(end + 1);
  return told;
}

const gone = () => new Fault("no-connection", "The box does not answer.", "");
const counted = { lost_before: 0, lost_after: 0, too_late: 0, restarts: 0, kills: 0, steps: 0, naps: 0, drops: 0 };

class Storage {
  values = new Map();
  getItem = (key) => this.values.get(key) ?? null;
  setItem = (key, value) => void this.values.set(key, value);
  removeItem = (key) => void this.values.delete(key);
}

class Phone {
  constructor(n) {
    this.n = n;
    this.store = new MemoryStore();
    this.kept = new Storage();
    this.step_ms = between(-5000, 5000);
    this.slept_ms = 0;
    this.asleep_to_ms = 0;
    this.away_to_ms = 0;
    this.life = 0;
    this.taps = [];
    this.open();
    this.soon("tap", 3000, 12000, () => this.tap());
    this.soon("step", 180_000, 900_000, () => this.step());
    this.soon("nap", 120_000, 600_000, () => this.nap());
    this.soon("drop", 40_000, 240_000, () => this.drop());
    this.soon("kill", 120_000, 600_000, () => this.kill());
  }

  get date_ms() {
    return NOON_MS + now_ms + this.step_ms;
  }

  get steady_ms() {
    return now_ms - this.slept_ms;
  }

  /** A page: what the one before it had in memory is gone. */
  open() {
    this.life += 1;
    this.clock = new BoxClock();
    const time_of = (at_ms) => (this.clock.sure(this.date_ms, this.steady_ms) ? this.clock.at(at_ms) : null);
    const sleep = (ms) => this.later(ms);
    this.queue = new Queue(this.store, (ops) => this.ask({ do: "ops", phone: this.n, ops }), time_of, () => {}, sleep);
    this.visitor = new Visitor((op) => this.queue.add(op), this.kept);
    void this.poll(this.life);
  }

  /** Done after so long, when this page is awake; never, when it is gone by then. */
  later(ms) {
    const life = this.life;
    return new Promise((done) => {
      const look = () => {
        if (this.life !== life) return;
        if (now_ms < this.asleep_to_ms) at(this.asleep_to_ms, look);
        else done();
      };
      at(now_ms + ms, look);
    });
  }

  soon(_name, least_ms, most_ms, what) {
    const round = () => {
      if (now_ms >= this.asleep_to_ms) what();
      if (now_ms < END_MS) at(now_ms + between(least_ms, most_ms), round);
    };
    at(now_ms + between(least_ms, most_ms), round);
  }

  get out_of_reach() {
    return now_ms < this.away_to_ms || now_ms < this.asleep_to_ms;
  }

  /** A request, and what the radio makes of it. */
  async ask(asked) {
    await this.later(between(1, chance(0.05) ? 900 : 60));
    if (this.out_of_reach || chance(0.03)) {
      counted.lost_before += 1;
      await this.later(ABORT_MS);
      throw gone();
    }
    const told = box(asked);
    if (chance(0.02)) {
      counted.too_late += 1;
      await this.later(ABORT_MS);
      throw gone();
    }
    await this.later(between(1, chance(0.05) ? 900 : 60));
    if (this.out_of_reach || chance(0.04)) {
      counted.lost_after += 1;
      throw gone();
    }
    if (told.status === 200) return told.body;
    throw new Fault(told.body.fault.code, told.body.fault.what, told.body.fault.do, told.status, told.wait_s);
  }

  /** The question of every second, by which a phone knows the time; the box's answer is its clock. */
  async poll(life) {
    while (this.life === life && now_ms < END_MS + 120_000) {
      const sent_ms = this.date_ms;
      await this.later(between(1, 40));
      const now_us = START_US + Math.round(now_ms * 1000);
      await this.later(between(1, 40));
      if (!this.out_of_reach && !chance(0.03)) {
        this.clock.take({ sent_ms, got_ms: this.date_ms, boot: "boot", now_us, steady_ms: this.steady_ms });
        this.queue.nudge();
      }
      await this.later(1000);
    }
  }

  note(op, back_ms = 0) {
    this.taps.push({ id: op.id, kind: op.kind, op: op.op ?? null, film_ms: now_ms - back_ms });
  }

  async add(op, back_ms = 0) {
    this.note(op, back_ms);
    await this.queue.add(op);
  }

  get last() {
    const undone = new Set(this.taps.filter((each) => each.kind === "undo").map((each) => each.op));
    return [...this.taps].reverse().find((each) => each.kind === "moment" && !undone.has(each.id));
  }

  tap() {
    const tapped_ms = this.date_ms;
    const what = draw();
    if (what < 0.08 && this.last) return void this.add({ id: id(), kind: "undo", tapped_ms, op: this.last.id });
    if (what < 0.12 && this.last) return void this.add({ id: id(), kind: "edit", tapped_ms, op: this.last.id, note: "." });
    if (what < 0.15) return void this.visit();
    const back_ms = chance(0.2) ? 1000 * Math.floor(between(0, Math.min(30, now_ms / 1000))) : 0;
    const tags = chance(0.8) ? [TAGS[Math.floor(draw() * TAGS.length)]] : [];
    void this.add({ id: id(), kind: "moment", tapped_ms: tapped_ms - back_ms, tags }, back_ms);
  }

  async visit() {
    const add = this.visitor.add;
    this.visitor.add = (op) => (this.note(op), add(op));
    await (this.visitor.open.length > 0 ? this.visitor.left(this.date_ms) : this.visitor.came(this.date_ms, "film"));
    this.visitor.add = add;
  }

  /** Somebody sets the phone's clock, or the network does; the thumb does not wait for the next question. But not while
   * a tap still waits for its time: set twice between two questions, a phone cannot be told from one that slept. */
  async step() {
    const untimed = (await this.store.all()).some((op) => op.boot === undefined);
    if (untimed || !this.clock.sure(this.date_ms, this.steady_ms)) return;
    counted.steps += 1;
    this.step_ms += between(-2, 2) * 3_600_000;
    if (chance(0.7)) this.tap();
  }

  nap() {
    counted.naps += 1;
    const nap_ms = between(5_000, 120_000);
    this.asleep_to_ms = now_ms + nap_ms;
    at(this.asleep_to_ms, () => {
      this.slept_ms += nap_ms;
      if (chance(0.7)) this.tap();
    });
  }

  drop() {
    counted.drops += 1;
    this.away_to_ms = now_ms + between(1_000, 90_000);
  }

  kill() {
    counted.kills += 1;
    if (chance(0.5)) this.tap();
    this.life += 1;
    at(now_ms + between(500, 20_000), () => this.open());
  }
}

let ids = 0;
function id() {
  ids += 1;
  return `0601d86e-08f3-49d6-a7ca-${ids.toString(16).padStart(12, "0")}`;
}

const phones = [0, 1, 2].map((n) => new Phone(n));
const restart = () => {
  counted.restarts += 1;
  box({ do: "restart" });
  if (now_ms < END_MS) at(now_ms + between(60_000, 420_000), restart);
};
at(between(60_000, 420_000), restart);

const waits = async () => (await Promise.all(phones.map((phone) => phone.store.all()))).flat().length;
while (happenings.length > 0) {
  const { when_ms, what } = happenings.pop();
  now_ms = Math.max(now_ms, when_ms);
  if (now_ms > END_MS + 120_000) break;
  what();
  await new Promise(setImmediate);
}
box({
  do: "end",
  waiting: await waits(),
  refused: (await Promise.all(phones.map((phone) => phone.store.all()))).flat().filter((op) => op.refused),
  counted,
  taps: phones.map((phone) => phone.taps),
});
