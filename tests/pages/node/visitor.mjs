// The visitor's button: what it says, on this phone and on others, over reloads, films and lost answers.
import assert from "node:assert/strict";
import test from "node:test";
import { Visitor } from "./static/visitor.js";

class Kept {
  values = new Map();
  getItem = (key) => this.values.get(key) ?? null;
  setItem = (key, value) => void this.values.set(key, value);
  removeItem = (key) => void this.values.delete(key);
}
const phone = (kept = new Kept()) => {
  const ops = [];
  return { ops, kept, visitor: new Visitor(async (op) => void ops.push(op), kept) };
};

test("one tap hides until they leave, the second ends it", async () => {
  const { ops, visitor } = phone();
  const { id } = await visitor.came(1000, "film");
  assert.deepEqual(visitor.open, [id]);
  await visitor.left(9000);
  assert.deepEqual(visitor.open, []);
  assert.deepEqual([ops[0].kind, ops[0].why, ops[1].kind, ops[1].op, ops[1].ends_here], ["hide", "visitor", "edit", id, true]);
});

test("a reload forgets nothing, and nothing is open in the next film", async () => {
  const { kept, visitor } = phone();
  const { id } = await visitor.came(1000, "film");
  const again = phone(kept).visitor;
  again.hear("film", {});
  assert.deepEqual(again.open, [id], "the box was started anew and knows of none");
  again.hear("another", {});
  assert.deepEqual(again.open, []);
  assert.deepEqual(phone(kept).visitor.open, []);
});

test("another phone sees it and may end it", async () => {
  const [one, other] = [phone(), phone()];
  const { id } = await one.visitor.came(1000, "film");
  other.visitor.hear("film", { [id]: true });
  assert.deepEqual(other.visitor.open, [id]);
  await other.visitor.left(5000);
  assert.deepEqual(other.ops.map((op) => [op.op, op.ends_here]), [[id, true]]);
  one.visitor.hear("film", { [id]: false });
  assert.deepEqual(one.visitor.open, []);
});

test("a slip of the thumb that was undone is none", async () => {
  const { visitor } = phone();
  const { id } = await visitor.came(1000, "film");
  visitor.undone(id);
  assert.deepEqual(visitor.open, []);
});
