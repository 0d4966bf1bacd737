// @ts-check
/**
 * What a script puts on a page, in the language of the page.
 * Apart because every table of words goes through it: what is not in one cannot be translated.
 */

/** English, and how the page says it; a page in English carries none. @type {Record<string, string>} */
const SPOKEN = JSON.parse(globalThis.document?.getElementById("words")?.textContent ?? "{}");

/** @template {Record<string, string>} T @param {T} words English, by what they are called in the script @returns {T} */
export const said = (words) =>
  /** @type {T} */ (Object.fromEntries(Object.entries(words).map(([name, english]) => [name, SPOKEN[english] ?? english])));

/** The language of the page for dates and numbers; in the way of the phone's own region where that speaks it. */
export const LANGUAGE = locale(globalThis.document?.documentElement.lang || "en", globalThis.navigator?.language ?? "");

/** @param {string} page @param {string} phone */
function locale(page, phone) {
  return phone.split("-")[0] === page ? phone : page;
}
