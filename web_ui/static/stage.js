// @ts-check
/**
 * What stands on the family's screen: opens an item, follows orders, and closes the curtain before anything is taken away.
 * Apart from the page, which asks the box: this knows one item at a time, and shows nothing until its own picture is there.
 */
import { make, part, say, show } from "./dom.js";
import { HZ } from "./frames.js";
import { Player } from "./player.js";

/**
 * @typedef {{kind: "clip", address: string, in_ms: number, out_ms: number, loops: number, hold_ms: number | null}} Clip
 * @typedef {{kind: "still", address: string, pts_ms: number}} Still
 * @typedef {{kind: "card", text: string}} Card
 * @typedef {object} Told by the box
 * @property {number} rev
 * @property {"curtain" | "playing" | "held" | "still" | "card"} face
 * @property {number} turn
 * @property {"at" | "on" | "back"} order
 * @property {number} at_ms
 * @property {number} steps
 * @property {number} told_steps
 * @property {number} speed
 * @property {boolean} looping
 * @property {boolean} parent
 * @property {Clip | Still | Card | null} item
 * @property {Record<string, string>[]} tags
 * @typedef {{do: "stood" | "went", turn: number, steps: number, at_ms: number}} Report
 */

const BACK_MS = 5000;
const TRIES = 3;
const SHORT_CARD = 90;
const FIRST_MS = 8000;

export class Stage {
  /** @param {(report: Report) => void} report @param {() => void} muted sound is not allowed yet */
  constructor(report, muted) {
    this.report = report;
    this.muted = muted;
    /** @type {Player | null} */
    this.player = null;
    this.address = "";
    this.tried = 0;
    this.broken = false;
    /** @type {Told | null} the last, while its item is on */
    this.told = null;
    this.turn = -1;
    this.steps = 0;
    this.laps = 0;
    this.held_once = false;
    this.work = Promise.resolve();
  }

  /** Nothing is shown from here on, and nothing is left under the curtain. */
  close() {
    show(part("curtain"), true);
    show(part("card"), false);
    this.player?.close();
    this.player = null;
    part("place").replaceChildren();
    say(part("card-text"), "");
    this.address = "";
    this.broken = false;
    this.told = null;
    this.turn = -1;
  }

  /** @param {Told} told */
  follow(told) {
    const { item } = told;
    if (item === null) return this.close();
    if (item.kind === "card") return this.#card(item.text);
    if (item.address !== this.address || this.broken) return this.#open(item, told);
    this.told = told;
    if (item.kind === "clip" && this.player !== null) this.#obey(this.player, item, told);
  }

  /** @param {string} text */
  #card(text) {
    if (part("card-text").textContent === text && !part("card").hidden) return;
    this.close();
    say(part("card-text"), text);
    part("card").classList.toggle("is-long", text.length > SHORT_CARD);
    show(part("card"), true);
    show(part("curtain"), false);
  }

  /** @param {Clip | Still} item @param {Told} told */
  #open(item, told) {
    if (item.address === this.address && this.tried >= TRIES) return;
    const tried = item.address === this.address ? this.tried + 1 : 1;
    this.close();
    Object.assign(this, { address: item.address, tried, told, turn: told.turn, steps: told.told_steps, laps: 0, held_once: false });
    if (item.kind === "still") return void this.#still(item).catch(() => this.#failed(item.address));
    const video = make("video", { playsinline: true, preload: "auto", disablepictureinpicture: true });
    const image = make("img", { class: "held", alt: "", hidden: true });
    part("place").replaceChildren(video, image);
    const player = new Player(video, image, item.address, () => undefined, (fault) => fault !== null && this.#failed(item.address));
    this.player = player;
    video.addEventListener("ended", () => void this.#ended(player, item));
    player.shown.watching.add((pts) => this.#passing(player, item, pts));
    player.open(told.at_ms / 1000);
    void this.#begin(player, item).catch(() => this.#failed(item.address));
  }

  /** @param {Still} item */
  async #still(item) {
    const picture = make("img", { src: `${item.address}/frame.jpg?pts_ms=${item.pts_ms}`, alt: "" });
    await picture.decode();
    if (this.address !== item.address) return;
    part("place").replaceChildren(picture);
    show(part("curtain"), false);
  }

  /** The first picture is the one that is meant, and only then the curtain opens. @param {Player} player @param {Clip} item */
  async #begin(player, item) {
    const until_ms = Date.now() + FIRST_MS;
    while (player.pieces.length === 0) {
      if (this.player !== player) return;
      if (Date.now() > until_ms) throw new Error("no film came");
      await new Promise((done) => setTimeout(done, 10));
    }
    const told = this.told;
    if (told === null || this.player !== player) return;
    player.setRate(told.speed);
    await player.stand(told.at_ms);
    if (this.player !== player) return;
    if (!this.#within(item, player.shown.pts)) throw new Error("another picture came");
    show(part("curtain"), false);
    if (told.face === "playing") return this.#play(player, told.turn);
    await this.#stood(player, told.turn);
    if (this.told !== null) this.#obey(player, item, this.told);
  }

  /** @param {Clip} item @param {number} pts */
  #within(item, pts) {
    const ms = pts / (HZ / 1000);
    return ms >= item.in_ms - 1 && ms < item.out_ms + 1;
  }

  /** @param {Player} player @param {Clip} item @param {Told} told */
  #obey(player, item, told) {
    if (player.rate !== told.speed) player.setRate(told.speed);
    if (told.turn !== this.turn) {
      [this.turn, this.steps, this.laps] = [told.turn, 0, 0];
      if (told.face === "playing") void this.#from(player, item, told);
      else this.work = player.hold().then(() => this.#stood(player, told.turn));
    }
    if (told.face !== "held" || told.steps === this.steps) return;
    const by = told.steps > this.steps ? 1 : -1;
    for (; this.steps !== told.steps; this.steps += by) void player.step(by);
    this.work = player.work.then(() => this.#stood(player, told.turn));
  }

  /** @param {Player} player @param {Clip} item @param {Told} told */
  async #from(player, item, told) {
    const here_ms = player.picture_s * 1000;
    if (told.order === "at") await player.stand(told.at_ms);
    else if (told.order === "back") await player.stand(Math.max(item.in_ms, here_ms - BACK_MS));
    await this.#play(player, told.turn);
  }

  /** @param {Player} player @param {number} turn */
  async #play(player, turn) {
    if (this.player !== player || this.turn !== turn) return;
    await player.play();
    if (this.player !== player || this.turn !== turn) return;
    if (player.video.paused && !player.video.ended) {
      player.video.muted = true;
      this.muted();
      await player.play();
    }
    this.report({ do: "went", turn, steps: 0, at_ms: Math.round(player.picture_s * 1000) });
  }

  /** @param {Player} player @param {number} turn */
  async #stood(player, turn) {
    if (this.player !== player || this.turn !== turn) return;
    this.report({ do: "stood", turn, steps: this.steps, at_ms: Math.round(player.picture_s * 1000) });
  }

  /** The last picture of the clip was shown. @param {Player} player @param {Clip} item */
  async #ended(player, item) {
    const told = this.told;
    if (told === null || this.player !== player) return;
    this.laps += 1;
    const turn = this.turn;
    if (!told.looping && this.laps >= item.loops)
      return this.report({ do: "stood", turn, steps: 0, at_ms: item.out_ms - 1 });
    await player.stand(item.in_ms);
    await this.#play(player, turn);
  }

  /** A picture is shown while it plays: perhaps the one to hold at. @param {Player} player @param {Clip} item @param {number} pts */
  #passing(player, item, pts) {
    if (item.hold_ms === null || this.held_once || player.video.paused || pts < (item.hold_ms * HZ) / 1000 - HZ / 2000) return;
    this.held_once = true;
    const turn = this.turn;
    void player.hold().then(() => this.#stood(player, turn));
  }

  /** The curtain at once; the next answer of the box may open it anew. @param {string} address */
  #failed(address) {
    if (this.address !== address) return;
    const tried = this.tried;
    this.close();
    Object.assign(this, { address, tried, broken: true });
  }
}
