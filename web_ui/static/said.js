// @ts-check
/**
 * What a script puts on a page, in the language of the page.
 * Apart because every table of words goes through it: what is not in one cannot be translated.
 */

/** @template {Record<string, string>} T @param {T} words English, by what they are called in the script @returns {T} */
export const said = (words) => words;
