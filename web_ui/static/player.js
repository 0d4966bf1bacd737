// @ts-check
/**
 * Plays one session: exact steps both ways, hold, slow walk, a loop that ends on its picture, the live edge.
 * Apart from the page around it, which draws buttons and moments; this knows the film and its pictures only.
 */
import { Fault, ask } from "./api.js";
import { Frames, HZ, middle_s, readPlaylist } from "./frames.js";
import { Held } from "./held.js";
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
const SOON_MS = 1000;
const NEAR_HOLE_S = 0.3;
/** What the box answers where it was hidden after the playlist was read. */
const HIDDEN = 409;
/** What it answers while it reads what was tagged: a part may be hidden. */
const WAITS = 503;

/** Whether both are one picture; some browsers tell the time that was sought, which is its middle.
 * @param {number} shown @param {number} pts */
const sameAs = (shown, pts) => Math.abs(shown - pts) <= HZ / 60;

export class Player {
  /**
   * @param {HTMLVideoElement} video @param {HTMLImageElement} image over it @param {string} address of the session
   * @param {() => void} changed something that is drawn is different now
   * @param {(fault: Fault | null) => void} failed null once it works again
   */
  constructor(video, image, address, changed, failed) {
    this.video = video;
    this.address = address;
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
    /** The picture on the screen, in 1/90,000 s. */
    this.shown = 0;
    /** @type {number | null} the picture that a seek under way will show */
    this.target = null;
    /** @type {{a: number, b: number} | null} first and last picture of the loop */
    this.loop = null;
    this.rate = 1;
    this.work = Promise.resolve();
    /** How often the film was sent elsewhere; what was to be shown before that is not. */
    this.turns = 0;
    /** How often anything was asked of the player; who begins something later sees whether it is still wanted. */
    this.wishes = 0;
    /** Called with each picture as it is shown. @type {Set<(pts: number) => void>} */
    this.waiting = new Set();
    this.held = new Held(video, image, address, (pts) => this.frames.at(pts), (pts) => this.#showing(pts));
    /** Whether the seek that begins next is one to a picture. */
    this.exact = false;
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
    video.addEventListener("seeking", () => {
      if (!this.exact) this.target = null;
      this.exact = false;
    });
    video.addEventListener("waiting", () => this.#leap());
    this.#watch();
  }

  /** @param {number | null} at_s where to begin; null: at the start, or at the live edge */
  open(at_s) {
    const source = `${this.address}/index.m3u8`;
    if (Hls.isSupported()) return this.#attach(source, at_s);
    if (this.video.canPlayType("application/vnd.apple.mpegurl") === "")
      return this.failed(new Fault("not-playable", words.not_playable, words.not_playable_do));
    this.video.src = source;
    if (at_s !== null) this.video.addEventListener("loadedmetadata", () => void this.seek(at_s), { once: true });
    const read = async () => this.#list(readPlaylist(await (await fetch(source)).text()), this.video.duration || 0);
    this.video.addEventListener("durationchange", () => void read());
    this.video.addEventListener("error", () => this.failed(new Fault("film", words.film_stopped, "")));
  }

  /** @param {string} source @param {number | null} at_s */
  #attach(source, at_s) {
    const hls = new Hls(SETTINGS);
    this.hls = hls;
    this.from_s = at_s;
    hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
      if (this.started) return;
      this.started = true;
      this.#read(details);
      this.follow(details.live && this.from_s === null);
      hls.startLoad(this.#filmed(this.from_s ?? (details.live ? details.edge - LIVE_S : 0)));
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
      setTimeout(() => this.#again(hls, error.details === "manifestLoadError" ? source : ""), RETRY_MS);
    });
    hls.loadSource(source);
    hls.attachMedia(this.video);
  }

  /** @param {InstanceType<typeof Hls>} hls @param {string} source "" where its list is known */
  #again(hls, source) {
    if (this.hls !== hls) return;
    if (source !== "") hls.loadSource(source);
    else hls.startLoad();
  }

  /** What may be shown is something else now: all is asked for anew, and nothing of before stays in the browser. */
  reload() {
    const { paused, currentTime } = this.video;
    this.turns += 1;
    this.wishes += 1;
    this.target = null;
    this.endLoop();
    this.held.clear();
    const source = `${this.address}/index.m3u8`;
    if (this.hls === null) {
      this.video.src = source;
      this.video.addEventListener("loadedmetadata", () => void this.seek(currentTime), { once: true });
    } else {
      [this.started, this.from_s] = [false, this.following ? null : currentTime];
      this.hls.loadSource(source);
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

  /** The same time, or the next at which there is film. @param {number} at_s */
  #filmed(at_s) {
    const piece = this.pieces.find((each) => each.end_s > at_s);
    const last_s = this.pieces.at(-1)?.end_s ?? at_s;
    return piece === undefined ? Math.max(0, Math.min(at_s, last_s - 0.05)) : Math.max(at_s, piece.start_s);
  }

  /** @param {Piece[]} pieces @param {number} length_s */
  #list(pieces, length_s) {
    [this.pieces, this.length_s] = [pieces, length_s];
    this.listed();
    this.changed();
  }

  /** Notes each picture as it is shown, and turns back at the last one of the loop. */
  #watch() {
    const video = this.video;
    if (!("requestVideoFrameCallback" in video)) {
      const look = () => this.#showing(/** @type {HTMLVideoElement} */ (video).currentTime * HZ);
      /** @type {HTMLVideoElement} */ (video).addEventListener("timeupdate", look);
      return;
    }
    const each = (/** @type {number} */ _now, /** @type {VideoFrameCallbackMetadata} */ picture) => {
      const pts = Math.round(picture.mediaTime * HZ);
      const meant = this.target === null ? !video.seeking : sameAs(pts, this.target);
      if (meant && !sameAs(pts, this.held.pts)) this.held.leave();
      this.#showing(pts);
      video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
  }

  /** Over the hole that playing has come to, or has come so near that the browser shows nothing any more. */
  #leap() {
    const at_s = this.video.currentTime;
    const hole = this.gaps.find(({ from_s, to_s }) => at_s >= from_s - NEAR_HOLE_S && at_s < to_s);
    if (hole === undefined || this.video.paused) return;
    if (!this.pieces.some((piece) => piece.end_s > hole.to_s)) return;
    const again = this.loop !== null && this.loop.b / HZ >= at_s - NEAR_HOLE_S && this.loop.b / HZ < hole.to_s;
    this.video.currentTime = again && this.loop !== null ? middle_s(this.loop.a) : this.#filmed(hole.to_s);
  }

  /** @param {number} pts */
  #showing(pts) {
    this.shown = pts;
    for (const each of this.waiting) each(pts);
    if (this.loop !== null && !this.video.paused && !this.video.seeking && this.#past(pts, this.loop.b))
      this.video.currentTime = middle_s(this.loop.a);
    this.changed();
  }

  /** The film has come to picture `last`; one of before the last turn can be told of late. @param {number} pts
   * @param {number} last */
  #past(pts, last) {
    return pts >= last - HZ / 2000 && Math.abs(this.video.currentTime * HZ - pts) < HZ / 5;
  }

  get at_s() {
    return this.target === null ? this.video.currentTime : this.target / HZ;
  }

  get near_live() {
    return this.live && this.length_s - this.video.currentTime < FAR_S;
  }

  /** Where the picture on the screen begins: what is marked, for `at_s` may lie anywhere within it. */
  get picture_s() {
    return (this.target ?? this.shown) / HZ;
  }

  async play() {
    this.wishes += 1;
    const at_end = this.loop !== null && (this.target ?? this.shown) >= this.loop.b - HZ / 2000;
    this.target = null;
    if (this.loop !== null && at_end) this.video.currentTime = middle_s(this.loop.a);
    else if (this.video.ended) this.video.currentTime = 0;
    this.video.playbackRate = this.rate;
    const started = this.video.play().catch(() => undefined);
    if (this.held.standing) this.#leap();
    await started;
  }

  /** Stop on the picture that is shown now, and nowhere near it. */
  hold() {
    this.wishes += 1;
    if (this.video.paused) return this.work;
    const pts = this.shown;
    this.video.pause();
    return this.#goes(() => this.frames.at(pts));
  }

  toggle() {
    return this.video.paused ? this.play() : this.hold();
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
    this.wishes += 1;
    this.video.pause();
    return this.#goes(() => this.frames.step(this.target ?? this.shown, by));
  }

  /** Shows the picture at a time; stays playing if it plays. @param {number} to_s */
  seek(to_s) {
    this.target = null;
    this.turns += 1;
    this.wishes += 1;
    this.follow(false);
    this.video.currentTime = this.#filmed(Math.max(0, to_s));
    this.changed();
  }

  /** Holds on the picture that is shown at a time, once it is there. @param {number} at_ms */
  stand(at_ms) {
    this.wishes += 1;
    this.video.pause();
    return this.#goes(() => this.frames.at((at_ms * HZ) / 1000));
  }

  /** Plays from the first picture of a moment on, which is shown before any other; unless something else is wanted by
   * then. @param {number} in_ms */
  async jump(in_ms) {
    const wish = (this.wishes += 1);
    this.video.pause();
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
      this.target = to.pts;
      const there = this.#seen(to.pts);
      this.exact = true;
      this.video.currentTime = middle_s(to.pts, to.next);
      await there;
    });
    return this.work;
  }

  /** Once this picture is on the screen; with the seek where the browser does not tell, late if that fails.
   * @param {number} pts @returns {Promise<void>} */
  #seen(pts) {
    return new Promise((done) => {
      const over = () => {
        this.waiting.delete(look);
        done();
      };
      const look = (/** @type {number} */ shown) => void (sameAs(shown, pts) && over());
      this.waiting.add(look);
      const soon_ms = "requestVideoFrameCallback" in this.video ? SOON_MS : 0;
      this.video.addEventListener("seeked", () => setTimeout(over, soon_ms), { once: true });
      setTimeout(over, RETRY_MS);
    });
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
    this.target = null;
    this.video.currentTime = this.#filmed(this.length_s - LIVE_S);
  }

  /** Nothing of the film is left on the page. */
  close() {
    this.turns += 1;
    this.wishes += 1;
    this.hls?.destroy();
    this.hls = null;
    this.held.close();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
