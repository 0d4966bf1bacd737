// @ts-check
/**
 * Which pictures a film has, and when each is shown, in 1/90,000 s as the film itself has it.
 * Apart because a step is exact only by the stored times: pictures are dropped and rates change, so n/30 is wrong.
 */

/**
 * @typedef {{n: number, start_s: number, end_s: number}} Piece one segment, gaps left out; in order
 * @typedef {{n: number[], start_ms: number[], pts90k: number[][]}} Answer of pts.json
 */

export const HZ = 90000;
const USUAL = HZ / 30;
const HALF_MS = HZ / 2000;

/** Where to seek so that the picture of `pts` is shown: into its middle. @param {number} pts @param {number} [next] */
export const middle_s = (pts, next = pts + USUAL) => (pts + Math.min(next - pts, USUAL) / 2) / HZ;

/** The picture shown at a time: the last that is not later. @param {number[]} all in order @param {number} pts */
export function shownAt(all, pts) {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((all[mid] ?? Infinity) <= pts + HALF_MS) low = mid + 1;
    else high = mid;
  }
  return Math.max(0, low - 1);
}

/** The same time, or the next at which there is film; within the last piece past it. @param {Piece[]} pieces
 * @param {number} at_s */
export function filmedAt(pieces, at_s) {
  const piece = pieces.find((each) => each.end_s > at_s);
  const last_s = pieces.at(-1)?.end_s ?? at_s;
  return piece === undefined ? Math.max(0, Math.min(at_s, last_s - 0.05)) : Math.max(at_s, piece.start_s);
}

export class Frames {
  /**
   * @param {(n: number, count: number) => Promise<Answer>} ask
   * @param {() => Piece[]} pieces those known now
   */
  constructor(ask, pieces) {
    this.ask = ask;
    this.pieces = pieces;
    /** @type {Map<number, Promise<number[]>>} */
    this.known = new Map();
  }

  /** Times of the pictures around `at_s`: of its segment and one more to either side. @param {number} at_s */
  async around(at_s) {
    const pieces = this.pieces();
    const here = Math.max(0, pieces.findLastIndex((piece) => piece.start_s <= at_s + 0.0005));
    const near = pieces.slice(Math.max(0, here - 1), here + 2);
    return (await Promise.all(near.map((piece) => this.#of(piece.n)))).flat();
  }

  /** The first picture from `pts` on, and the one after it. @param {number} pts */
  async from(pts) {
    const all = await this.around(pts / HZ);
    const at = all.findIndex((each) => each >= pts - HALF_MS);
    return this.#pair(all, at < 0 ? all.length - 1 : at);
  }

  /** The picture shown at `pts`, and the one after it. @param {number} pts */
  async at(pts) {
    const all = await this.around(pts / HZ);
    return this.#pair(all, shownAt(all, pts));
  }

  /** The picture `by` steps away from the one shown at `pts`; null past either end. @param {number} pts @param {number} by */
  async step(pts, by) {
    const all = await this.around(pts / HZ);
    const to = shownAt(all, pts) + by;
    return all[to] === undefined ? null : this.#pair(all, to);
  }

  /** @param {number[]} all @param {number} at @returns {{pts: number, next: number | undefined}} */
  #pair(all, at) {
    return { pts: all[at] ?? 0, next: all[at + 1] };
  }

  /** @param {number} n */
  #of(n) {
    const known = this.known.get(n);
    if (known !== undefined) return known;
    const asked = this.ask(n, 1).then((answer) => answer.pts90k[0] ?? []);
    this.known.set(n, asked);
    asked.catch(() => this.known.delete(n));
    return asked;
  }
}

/** The segments of a playlist, for browsers that play it by themselves. @param {string} text @returns {Piece[]} */
export function readPlaylist(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let [at_s, long_s] = [0, 0];
  for (const line of text.split("\n")) {
    const length = /^#EXTINF:([\d.]+)/.exec(line)?.[1];
    if (length !== undefined) long_s = Number(length);
    if (line === "" || line.startsWith("#")) continue;
    const n = /^(\d+)\.m4s$/.exec(line)?.[1];
    if (n !== undefined) pieces.push({ n: Number(n), start_s: at_s, end_s: at_s + long_s });
    at_s += long_s;
  }
  return pieces;
}
