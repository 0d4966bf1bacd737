// @ts-check
/** A moment as one line with its picture, for pages that send it somewhere. Apart: remote and reels both draw it. */
import { icon, make } from "./dom.js";
import { clock_time } from "./words.js";
import { words } from "./words_remote.js";

/**
 * @typedef {{id: string, pts_ms: number, in_ms: number, out_ms: number, tags: string[], note: string, star: boolean}} Moment
 * @typedef {Map<string, import("./tag_words.js").Tag>} Tags
 */

/** What it is called: its tags' words. @param {{tags: string[]}} moment @param {Tags} list */
export function nameOf({ tags }, list) {
  return tags.map((tag) => list.get(tag)?.word ?? tag.replace(/.*\//, "").replaceAll("-", " ")).join(", ") || words.moment;
}

/** @param {string} session @param {number} pts_ms */
export function stillOf(session, pts_ms) {
  const src = `/sessions/${session}/frame.jpg?pts_ms=${pts_ms}&width=192`;
  const picture = make("img", { src, alt: "", loading: "lazy", decoding: "async", width: 96, height: 54 });
  picture.onerror = () => picture.replaceWith(icon("films"));
  return picture;
}

/** @param {string} session @param {Moment} moment @param {Tags} list @param {...HTMLElement} doing */
export function momentRow(session, moment, list, ...doing) {
  const text = make("div", { class: "moment-text" },
    make("strong", { class: "capital" }, nameOf(moment, list)),
    make("span", { class: "figures soft" }, `${clock_time(moment.in_ms)} – ${clock_time(moment.out_ms)}`),
    moment.note === "" ? null : make("span", { class: "moment-note", dir: "auto" }, moment.note));
  return make("li", {}, make("div", { class: "about" }, stillOf(session, moment.pts_ms), text), ...doing);
}
