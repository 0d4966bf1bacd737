// @ts-check
/**
 * Plays one session: exact steps both ways, hold, slow walk, a loop that ends on its picture, the live edge.
 * Apart from the page around it, which draws buttons and moments; this knows the film and what was asked of it.
 */
import { Fault, ask } from "./api.js";
import { Frames, HZ, filmedAt, middle_s, readPlaylist } from "./frames.js";
import { Shown } from "./shown.js";
import { words } from "./words.js";

/** @typedef {import("./frames.js").Piece} Piece */

const LIVE_S = 1.3;
const FAR_S = 4;
const HASTE = 1.5;
/** hls.js would pull whoever looks back to a target duration before the edge, and set the speed to 1 at every update;
 * so it may do neither, and `follow` is ours. */
const SETTINGS = {
  autoStartLoad: false,
  backBufferLength: 30,
  liveSyncDuration: LIVE_S,
  liveMaxLatencyDuration: Infinity,
  maxLiveSyncPlaybackRate: 1,
};
const RETRY_MS = 2000;
/** Whoever presses so soon after the end of the film saw "Hold" on the button. */
const REACTS_MS = 400;
const NEAR_HOLE_S = 0.3;
/** What the box answers where it was hidden after the playlist was read. */
const HIDDEN = 409;
/** What it answers while it reads what was tagged: a part may be hidden. */
const WAITS = 503;

export class Player {
  /**
   * @param {HTMLVideoElement} video @param {HTMLImageElement} image over it @param {string} address of the session
   * @param {() => void} changed something that is drawn is different now
   * @param {(fault: Fault | null) => void} failed null once it works again
   */
  constructor(video, image, address, changed, failed) {
    this.video = video;
    this.source = `${address}/index.m3u8`;
    this.changed = changed;
    this.failed = failed;
    this.live = false;
    /** Whether playing keeps to the live edge; ends with the first look back. */
    this.following = false;
    this.length_s = 0;
    /** @type {Piece[]} */
    this.pieces = [];
    /** @type {{from_s: number, to_s: number}[]} where there is no film */
    this.gaps = [];
    this.frames = new Frames((n, count) => ask(`${address}/pts.json?n=${n}&count=${count}`), () => this.pieces);
    /** @type {{a: number, b: number} | null} first and last picture of the loop */
    this.loop = null;
    this.rate = 1;
    this.work = Promise.resolve();
    /** How often the film was sent elsewhere; what was to be shown before that is not. */
    this.turns = 0;
    /** How often anything was asked of the player; who begins something later sees whether it is still wanted. */
    this.wishes = 0;
    /** The wish after which it plays by itself, once its picture is there. @type {number | null} */
    this.coming = null;
    /** Whether it was to play, when it was last asked for anything like it. */
    this.plays = false;
    this.ended_ms = -Infinity;
    this.shown = new Shown(video, image, address, (pts) => this.frames.at(pts), () => this.#showing());
    /** @type {InstanceType<typeof Hls> | null} */
    this.hls = null;
    /** Where the film that is asked for now is to begin; null: at its start, or at the live edge.
     * @type {number | null} */
    this.from_s = null;
    this.started = false;
    /** @type {() => void} */
    this.listed = () => {};
    /** Once it is known what film there is. @type {Promise<void>} */
    this.ready = new Promise((done) => (this.listed = done));
    for (const name of ["play", "pause", "seeked", "ended", "timeupdate", "ratechange"])
      video.addEventListener(name, changed);
    video.addEventListener("ended", () => this.#ended());
    video.addEventListener("waiting", () => this.#leap());
  }

  /** @param {number | null} at_s where to begin; null: at the start, or at the live edge */
  open(at_s) {
    if (Hls.isSupported()) return this.#attach(at_s);
    if (this.video.canPlayType("application/vnd.apple.mpegurl") === "")
      return this.failed(new Fault("not-playable", words.not_playable, words.not_playable_do));
    this.video.src = this.source;
    if (at_s !== null) this.video.addEventListener("loadedmetadata", () => void this.seek(at_s), { once: true });
    const read = async () => this.#list(readPlaylist(await (await fetch(this.source)).text()), this.video.duration || 0);
    this.video.addEventListener("durationchange", () => void read());
    this.video.addEventListener("error", () => this.failed(new Fault("film", words.film_stopped, "")));
  }

  /** @param {number | null} at_s */
  #attach(at_s) {
    const hls = new Hls(SETTINGS);
    this.hls = hls;
    this.from_s = at_s;
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
      if (this.started) return;
      this.started = true;
      this.#read(details);
      this.follow(details.live && this.from_s === null);
      hls.startLoad(filmedAt(this.pieces, this.from_s ?? (details.live ? details.edge - LIVE_S : 0)));
    });
    hls.on(Hls.Events.LEVEL_UPDATED, (_event, { details }) => {
      this.#read(details);
      this.#leap();
      if (this.following && !this.video.paused && this.length_s - this.video.currentTime > FAR_S) this.#toEdge();
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.failed(null));
    hls.on(Hls.Events.ERROR, (_event, error) => {
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
      const code = error.response?.code ?? 0;
      if (code === HIDDEN && error.details !== "manifestLoadError") return this.reload();
      const signed_out = code === 401 ? "not-paired" : code === 403 ? "locked" : "film";
      const [what, todo] = code === WAITS ? [words.film_waits, ""] : [words.film_stopped, words.no_connection_do];
      this.failed(new Fault(signed_out, what, todo, code));
      setTimeout(() => this.#again(hls, error.details !== "manifestLoadError"), RETRY_MS);
    });
    hls.loadSource(this.source);
    hls.attachMedia(this.video);
  }

  /** @param {InstanceType<typeof Hls>} hls @param {boolean} listed its list is known */
  #again(hls, listed) {
    if (this.hls !== hls) return;
    if (listed) hls.startLoad();
    else hls.loadSource(this.source);
  }

  /** What may be shown is something else now: all is asked for anew, and nothing of before stays in the browser. */
  reload() {
    const { paused, currentTime } = this.video;
    this.turns += 1;
    this.wishes += 1;
    this.shown.forget();
    this.endLoop();
    this.shown.held.clear();
    if (this.hls === null) {
      this.video.src = this.source;
      this.video.addEventListener("loadedmetadata", () => void this.seek(currentTime), { once: true });
    } else {
      [this.started, this.from_s] = [false, this.following ? null : currentTime];
      this.hls.loadSource(this.source);
    }
    if (!paused) void this.video.play().catch(() => undefined);
  }

  /** @param {HlsDetails} details */
  #read({ live, fragments, edge }) {
    this.live = live;
    if (!live) this.follow(false);
    this.gaps = fragments.filter((piece) => piece.gap === true).map(({ start, end }) => ({ from_s: start, to_s: end }));
    const film = fragments.filter((piece) => piece.gap !== true);
    const read = film.map(({ relurl, start, end }) => ({ n: Number.parseInt(relurl ?? "", 10), start_s: start, end_s: end }));
    this.#list(read, edge);
  }

  /** @param {Piece[]} pieces @param {number} length_s */
  #list(pieces, length_s) {
    [this.pieces, this.length_s] = [pieces, length_s];
    this.listed();
    this.changed();
  }

  /** Over the hole that playing has come to, or has come so near that the browser shows nothing any more. */
  #leap() {
    const at_s = this.video.currentTime;
    const hole = this.gaps.find(({ from_s, to_s }) => at_s >= from_s - NEAR_HOLE_S && at_s < to_s);
    if (hole === undefined || this.video.paused) return;
    if (!this.pieces.some((piece) => piece.end_s > hole.to_s)) return;
    const again = this.loop !== null && this.loop.b / HZ >= at_s - NEAR_HOLE_S && this.loop.b / HZ < hole.to_s;
    if (again) this.#turn();
    else this.shown.go(filmedAt(this.pieces, hole.to_s));
  }

  /** A picture is on the screen; at the last one of the loop it turns back. */
  #showing() {
    const { paused, seeking } = this.video;
    if (this.loop !== null && !paused && !seeking && this.shown.past(this.loop.b)) this.#turn();
    this.changed();
  }

  /** Back to the first picture of the loop. */
  #turn() {
    if (this.loop !== null) this.shown.go(middle_s(this.loop.a));
  }

  /** Before the browser told of the last picture, where the loop goes to the end of the film. */
  #ended() {
    this.ended_ms = performance.now();
    if (this.loop === null || !this.plays) return;
    this.#turn();
    void this.video.play().catch(() => undefined);
  }

  get at_s() {
    return this.shown.target === null ? this.video.currentTime : this.shown.target / HZ;
  }

  get near_live() {
    return this.live && this.length_s - this.video.currentTime < FAR_S;
  }

  /** Where the picture that is meant begins: what is marked, for `at_s` may lie anywhere within it. */
  get picture_s() {
    return this.shown.meant / HZ;
  }

  /** Whether it stands, and will not play by itself as soon as its picture is there. */
  get stands() {
    return this.video.paused && this.coming !== this.wishes;
  }

  async play() {
    this.wishes += 1;
    this.plays = true;
    const at_end = this.loop !== null && this.shown.meant >= this.loop.b - HZ / 2000;
    this.shown.target = null;
    if (at_end) this.#turn();
    else if (this.video.ended) this.shown.go(0);
    this.video.playbackRate = this.rate;
    const started = this.video.play().catch(() => undefined);
    if (this.shown.held.standing) this.#leap();
    await started;
  }

  #pause() {
    this.plays = false;
    this.video.pause();
    return (this.wishes += 1);
  }

  /** Stop on the picture that is shown now, or that it was sent to, and nowhere near it. */
  hold() {
    const { paused } = this.video;
    const pts = this.shown.meant;
    this.#pause();
    return paused ? this.work : this.#goes(() => this.frames.at(pts));
  }

  /** What the button says. */
  toggle() {
    if (!this.stands) return this.hold();
    const too_late = this.video.ended && performance.now() - this.ended_ms < REACTS_MS;
    return too_late ? this.work : this.play();
  }

  /** @param {boolean} on */
  follow(on) {
    this.following = on;
    if (this.hls !== null) this.hls.config.maxLiveSyncPlaybackRate = on ? HASTE : 1;
    if (!on && this.video.playbackRate !== this.rate) this.video.playbackRate = this.rate;
  }

  /** @param {number} rate 0.25, 0.5 or 1 */
  setRate(rate) {
    if (rate !== 1) this.follow(false);
    this.rate = rate;
    this.video.playbackRate = rate;
    this.video.preservesPitch = true;
  }

  /** Holds, then shows the picture `by` steps away. Steps wait for one another. @param {1 | -1} by */
  step(by) {
    this.#pause();
    return this.#goes(() => this.frames.step(this.shown.meant, by));
  }

  /** Shows the picture at a time; stays playing if it plays. @param {number} to_s */
  seek(to_s) {
    this.turns += 1;
    this.wishes += 1;
    this.follow(false);
    this.shown.send(filmedAt(this.pieces, Math.max(0, to_s)));
    this.changed();
  }

  /** Holds on the picture that is shown at a time, once it is there. @param {number} at_ms */
  stand(at_ms) {
    this.#pause();
    return this.#goes(() => this.frames.at((at_ms * HZ) / 1000));
  }

  /** Plays from the first picture of a moment on, which is shown before any other; unless something else is wanted by
   * then. @param {number} in_ms */
  async jump(in_ms) {
    const wish = (this.coming = this.#pause());
    this.changed();
    await this.#goes(() => this.frames.from((in_ms * HZ) / 1000));
    if (wish === this.wishes) await this.play();
  }

  /** @param {() => Promise<{pts: number, next: number | undefined} | null>} find */
  #goes(find) {
    this.follow(false);
    const turn = this.turns;
    this.work = this.work.then(async () => {
      const to = turn === this.turns ? await find().catch((fault) => this.failed(fault)) : null;
      if (!to || turn !== this.turns) return;
      await this.shown.show(to);
      if (!this.video.paused) this.shown.target = null;
    });
    return this.work;
  }

  /** Over and over from the first picture at or after `in_ms` to the last before `out_ms`.
   * @param {number} in_ms @param {number} out_ms */
  async setLoop(in_ms, out_ms) {
    const a = await this.frames.from((in_ms * HZ) / 1000);
    const b = await this.frames.at((out_ms * HZ) / 1000);
    this.loop = b.pts > a.pts ? { a: a.pts, b: b.pts } : null;
    this.changed();
    return this.loop !== null;
  }

  endLoop() {
    this.loop = null;
    this.changed();
  }

  goLive() {
    this.endLoop();
    this.rate = 1;
    this.turns += 1;
    this.#toEdge();
    this.follow(true);
    return this.play();
  }

  #toEdge() {
    this.shown.send(filmedAt(this.pieces, this.length_s - LIVE_S));
  }

  /** Nothing of the film is left on the page. */
  close() {
    this.turns += 1;
    this.#pause();
    this.hls?.destroy();
    this.hls = null;
    this.shown.held.close();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
