// @ts-check
/** The tags there are, each with its word in the language of the page and its picture. */
import { ask } from "./api.js";

/** @typedef {{tag: string, word: string, icon: string}} Tag `tag` as an op names it: orion-8@1/taking-turns */

/** @type {Promise<Tag[][]> | null} */
let asked = null;

/** Every set's tags, the set in use first. @returns {Promise<Tag[][]>} */
export function tagSets() {
  asked ??= ask("/api/tag-sets").then((answer) => answer.tag_sets.map(read));
  asked.catch(() => (asked = null));
  return asked;
}

/** @returns {Promise<Map<string, Tag>>} */
export async function tagWords() {
  const sets = await tagSets().catch(() => []);
  return new Map(sets.flat().map((tag) => [tag.tag, tag]));
}

/** @param {any} set @returns {Tag[]} */
function read(set) {
  return set.tags.map((/** @type {any} */ tag) => ({
    tag: `${set.key}@${set.version}/${tag.key}`,
    word: tag.words[document.documentElement.lang] ?? tag.words.en,
    icon: `tag-${tag.icon}`,
  }));
}
