// @ts-check
/** Makes and finds elements with their types known; text is always text, never HTML. */

/**
 * @template {HTMLElement} T
 * @param {string} id @param {new () => T} kind
 * @returns {T}
 */
export function find(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${id} on this page`);
  return found;
}

/** @param {string} id */
export const button = (id) => find(id, HTMLButtonElement);

/** @param {string} id */
export const part = (id) => find(id, HTMLElement);

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | boolean | number | undefined>} [attributes] `true` sets it bare, `false` leaves it out
 * @param {...(Node | string | null)} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...inside.filter((each) => each !== null));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A picture of icons.svg, which is in every page; for the eye only. @param {string} name @param {string} [extra] a class */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Puts another picture there only where it is another: in Chromium a press is lost whose target went before its release.
 * @param {HTMLElement} at @param {string} name */
export function showIcon(at, name) {
  if (at.dataset["shown"] === name) return;
  at.dataset["shown"] = name;
  at.replaceChildren(icon(name));
}

/** Writes only what changed, so that a screen reader is not told the same twice. @param {Element} at @param {string} text */
export function say(at, text) {
  if (at.textContent !== text) at.textContent = text;
}

/** @param {Element} at @param {boolean} on */
export function show(at, on) {
  if (at instanceof HTMLElement && at.hidden === on) at.hidden = !on;
}

/** What happened and what to do, as one card. @param {{what: string, todo: string}} fault */
export function faultCard({ what, todo }) {
  return make("div", { class: "fault" }, icon("warning"), make("div", {}, make("strong", {}, what), make("p", {}, todo)));
}

/** Shows these faults and no others, and touches nothing where they are the same.
 * @param {Element} at @param {{what: string, todo: string}[]} faults */
export function showFaults(at, faults) {
  const key = JSON.stringify(faults.map(({ what, todo }) => [what, todo]));
  if (at.getAttribute("data-shown") === key) return;
  at.setAttribute("data-shown", key);
  at.replaceChildren(...faults.map(faultCard));
}
