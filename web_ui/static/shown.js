// @ts-check
/**
 * The picture on the screen: which it is, which comes instead of it, and who waits for it.
 * Apart because a browser tells of pictures late, and of some never; the player asks here what somebody sees.
 */
import { HZ, middle_s } from "./frames.js";
import { Held } from "./held.js";

/** A seek that ended has shown its picture by then, where the browser tells of none. */
const SOON_MS = 1000;
const LATE_MS = 2000;
/** Browsers round the time that they were sent to. */
const ROUNDED_S = 0.001;

/** Whether both are one picture; some browsers tell the time that was sought, which is its middle.
 * @param {number} shown @param {number} pts */
const sameAs = (shown, pts) => Math.abs(shown - pts) <= HZ / 60;

export class Shown {
  /** The one on the screen, in 1/90,000 s. */
  pts = 0;
  /** The one that a seek under way will show. @type {number | null} */
  target = null;
  /** Where somebody sent the film, until a picture from there is on the screen. @type {number | null} */
  sought = null;
  /** Called with each picture as it is shown. @type {Set<(pts: number) => void>} */
  watching = new Set();
  #sent_ms = 0;
  /** Where the seek to `target` goes. */
  #exact_s = -1;

  /**
   * @param {HTMLVideoElement} video @param {HTMLImageElement} image over it @param {string} address of the session
   * @param {(pts: number) => Promise<{pts: number, next: number | undefined}>} find the picture shown then
   * @param {() => void} changed another picture is on the screen, and all who watch know it
   */
  constructor(video, image, address, find, changed) {
    this.video = video;
    this.held = new Held(video, image, address, find, (pts) => {
      this.sought = null;
      this.#tell(pts);
    });
    this.changed = changed;
    video.addEventListener("seeking", () => {
      if (Math.abs(video.currentTime - this.#exact_s) > ROUNDED_S) this.target = null;
    });
    this.#watch();
  }

  /** The one that is meant: on the screen, or under way to it. */
  get meant() {
    return this.target ?? this.sought ?? this.pts;
  }

  /** Somebody wants to see what is there. @param {number} at_s */
  send(at_s) {
    this.go(at_s);
    [this.sought, this.#sent_ms] = [at_s * HZ, performance.now()];
  }

  /** The film goes there by itself; what stands on the screen is what is seen until then. @param {number} at_s */
  go(at_s) {
    this.forget();
    this.video.currentTime = at_s;
  }

  /** Once this very picture is on the screen. @param {{pts: number, next: number | undefined}} picture */
  show({ pts, next }) {
    this.sought = null;
    this.target = pts;
    const there = this.#seen(pts);
    this.#exact_s = middle_s(pts, next);
    this.video.currentTime = this.#exact_s;
    return there;
  }

  /** No other picture is meant than the one that stands there. */
  forget() {
    [this.target, this.sought] = [null, null];
  }

  /** This picture is on the screen now, by whatever shows it. @param {number} pts */
  #tell(pts) {
    this.pts = pts;
    for (const each of this.watching) each(pts);
    this.changed();
  }

  /** The film has come to picture `last`; one of before the last turn can be told of late. @param {number} last */
  past(last) {
    return this.pts >= last - HZ / 2000 && Math.abs(this.video.currentTime * HZ - this.pts) < HZ / 5;
  }

  #watch() {
    const video = this.video;
    if (!("requestVideoFrameCallback" in video)) {
      const look = () => this.#come(/** @type {HTMLVideoElement} */ (video).currentTime * HZ, performance.now());
      /** @type {HTMLVideoElement} */ (video).addEventListener("timeupdate", look);
      return;
    }
    const each = (/** @type {number} */ _now, /** @type {VideoFrameCallbackMetadata} */ picture) => {
      const pts = Math.round(picture.mediaTime * HZ);
      const meant = this.target === null ? !video.seeking : sameAs(pts, this.target);
      if (meant && !sameAs(pts, this.held.pts)) this.held.leave();
      this.#come(pts, picture.presentationTime);
      video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
  }

  /** The video shows it. @param {number} pts @param {number} at_ms when it was put on the screen */
  #come(pts, at_ms) {
    if (!this.video.seeking && at_ms >= this.#sent_ms) this.sought = null;
    this.#tell(pts);
  }

  /** Once this picture is on the screen; with the seek where the browser does not tell, late if that fails.
   * @param {number} pts @returns {Promise<void>} */
  #seen(pts) {
    return new Promise((done) => {
      const over = () => {
        this.watching.delete(look);
        done();
      };
      const look = (/** @type {number} */ shown) => void (sameAs(shown, pts) && over());
      this.watching.add(look);
      const soon_ms = "requestVideoFrameCallback" in this.video ? SOON_MS : 0;
      this.video.addEventListener("seeked", () => setTimeout(over, soon_ms), { once: true });
      setTimeout(over, LATE_MS);
    });
  }
}
