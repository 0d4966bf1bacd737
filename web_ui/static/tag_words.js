// @ts-check
/** The tags there are, each with its word in the language of the page and its picture; and which set the pad shows. */
import { ask } from "./api.js";

/**
 * @typedef {{ref: string, word: string, icon: string}} Tag `ref` as an op names it: orion-8@1/taking-turns
 * @typedef {{name: string, purpose: "film" | "review", word: string, tags: Tag[]}} TagSet
 */

const CHOSEN = "fieldreel-tag-set";
/** @type {Promise<TagSet[]> | null} */
let asked = null;

/** Every set in use, the usual one first. @returns {Promise<TagSet[]>} */
export function tagSets() {
  asked ??= ask("/api/tag-sets").then((answer) => answer.tag_sets.map(readSet));
  asked.catch(() => (asked = null));
  return asked;
}

/** @returns {Promise<Map<string, Tag>>} by `ref` */
export async function tagWords() {
  const sets = await tagSets().catch(() => []);
  return new Map(sets.flatMap((set) => set.tags).map((tag) => [tag.ref, tag]));
}

/** The set for a pad: the one chosen on this phone where it fits what is filmed, else the usual one.
 * @param {TagSet[]} sets @param {"film" | "review"} purpose */
export function setFor(sets, purpose) {
  const fitting = sets.filter((set) => set.purpose === purpose);
  return fitting.find((set) => set.name === localStorage.getItem(CHOSEN)) ?? fitting[0] ?? sets[0];
}

/** @param {string} name */
export const chooseSet = (name) => localStorage.setItem(CHOSEN, name);

/** @param {Record<string, string>} wording */
const wordIn = (wording) => wording[document.documentElement.lang] ?? wording["en"] ?? Object.values(wording)[0] ?? "";

/** @param {any} set @returns {TagSet} */
function readSet({ name, purpose, wording, tags }) {
  return { name, purpose, word: wordIn(wording), tags: tags.map(readTag) };
}

/** @param {any} tag @returns {Tag} */
function readTag({ ref, wording, icon }) {
  return { ref, word: wordIn(wording), icon };
}
