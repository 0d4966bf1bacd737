// @ts-check
/**
 * The picture that the box itself decodes, in place of one that the browser will not show.
 * Apart because a browser's decoder holds pictures back until it has seen the ones after them: at the last few before a
 * pause a seek never ends in Chromium (two pictures with two decoder threads), and on a slow phone any seek can be late.
 */
import { HZ, middle_s } from "./frames.js";

const LATE_MS = 400;

export class Held {
  /**
   * @param {HTMLVideoElement} video @param {HTMLImageElement} image over it @param {string} address of the session
   * @param {(pts: number) => Promise<{pts: number, next: number | undefined}>} find the picture shown then
   * @param {(pts: number) => void} shown a picture stands here now, in 1/90,000 s
   */
  constructor(video, image, address, find, shown) {
    this.video = video;
    this.image = image;
    this.address = address;
    this.find = find;
    this.shown = shown;
    this.timer = 0;
    /** Of the picture that stands here, or stood here last. */
    this.pts = -1;
    this.closed = false;
    video.addEventListener("seeking", () => this.#wait());
    video.addEventListener("seeked", () => this.end());
  }

  get standing() {
    return !this.image.hidden;
  }

  end() {
    clearTimeout(this.timer);
    this.leave();
  }

  /** The video shows another picture now; a seek that is under way may still be late. */
  leave() {
    this.image.hidden = true;
  }

  /** No picture stands here, and none is left under what hides it. */
  clear() {
    this.end();
    this.image.removeAttribute("src");
  }

  /** No picture stands here from now on, and none is left under what hides it. */
  close() {
    this.closed = true;
    this.clear();
  }

  #wait() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#stand().catch(() => undefined), LATE_MS);
  }

  async #stand() {
    const at_s = this.video.currentTime;
    const still_there = () => !this.closed && this.video.seeking && this.video.currentTime === at_s;
    if (!still_there()) return;
    const { pts, next } = await this.find(at_s * HZ);
    const picture = new Image();
    picture.src = `${this.address}/frame.jpg?pts_ms=${Math.round(middle_s(pts, next) * 1000)}`;
    await picture.decode();
    if (!still_there()) return;
    this.image.src = picture.src;
    await this.image.decode();
    if (!still_there()) return;
    this.pts = pts;
    this.image.dataset["pts"] = String(pts);
    this.image.hidden = false;
    this.shown(pts);
  }
}
