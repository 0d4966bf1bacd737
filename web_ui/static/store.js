// @ts-check
/**
 * Keeps ops on the phone: in IndexedDB with strict durability, or in memory where the browser has none.
 * Apart from the queue because it is the only part that a test in node cannot run as it is.
 *
 * @typedef {import("./queue.js").Op} Op
 * @typedef {import("./queue.js").Store} Store
 */

const NAME = "fieldreel";
const OPS = "ops";

/** @returns {Promise<{store: Store, durable: boolean}>} */
export async function openStore() {
  try {
    return { store: new KeptStore(await openDatabase()), durable: true };
  } catch {
    return { store: new MemoryStore(), durable: false };
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      const ops = opening.result.createObjectStore(OPS, { keyPath: "seq", autoIncrement: true });
      ops.createIndex("id", "id", { unique: true });
    };
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

/** @implements {Store} */
class KeptStore {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** @param {Op} op */
  add(op) {
    return this.#write((ops) => ops.add(op));
  }

  /** @param {Op} op */
  put(op) {
    return this.#write((ops) => ops.put(op));
  }

  /** @param {string[]} ids */
  remove(ids) {
    return this.#write((ops) => {
      for (const id of ids) {
        const found = ops.index("id").getKey(id);
        found.onsuccess = () => found.result !== undefined && ops.delete(found.result);
      }
    });
  }

  /** @returns {Promise<Op[]>} */
  all() {
    return new Promise((done, failed) => {
      const asked = this.database.transaction(OPS).objectStore(OPS).getAll();
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }

  /** @param {(ops: IDBObjectStore) => void} work @returns {Promise<void>} */
  #write(work) {
    return new Promise((done, failed) => {
      const writing = this.database.transaction(OPS, "readwrite", { durability: "strict" });
      writing.oncomplete = () => done();
      writing.onabort = () => failed(writing.error);
      work(writing.objectStore(OPS));
    });
  }
}

/** @implements {Store} */
export class MemoryStore {
  /** @type {Op[]} */
  ops = [];
  seq = 0;

  /** @param {Op} op */
  async add(op) {
    this.seq += 1;
    this.ops.push({ ...op, seq: this.seq });
  }

  /** @param {Op} op */
  async put(op) {
    this.ops = this.ops.map((each) => (each.id === op.id ? op : each));
  }

  /** @param {string[]} ids */
  async remove(ids) {
    this.ops = this.ops.filter((op) => !ids.includes(op.id));
  }

  async all() {
    return [...this.ops];
  }
}
