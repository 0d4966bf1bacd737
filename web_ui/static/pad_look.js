// @ts-check
/**
 * How the pad looks on this phone: low glare, tags as pictures only, and which set of tags it offers.
 * Apart because each is a choice of one phone, kept there, and none of the box's business.
 */
import { button, find, make, part, show } from "./dom.js";
import { chooseSet, setFor } from "./tag_words.js";

/** @typedef {import("./tag_words.js").TagSet} TagSet */

const KEPT_DISCREET = "fieldreel-discreet";
const KEPT_ICONS = "fieldreel-icons";
const html = document.documentElement;

/** @param {string} name @param {boolean} on */
const keep = (name, on) => localStorage.setItem(name, on ? "on" : "off");

/** @param {boolean} on */
function discreet(on) {
  html.classList.toggle("discreet", on);
  button("discreet").setAttribute("aria-pressed", String(on));
}

/** @param {boolean} on */
const icons = (on) => html.classList.toggle("only-icons", on);

export const look = {
  /** A film with a discreet lamp dims the pad as well, unless somebody on this phone said otherwise. @param {boolean} film */
  hear(film) {
    if (film && localStorage.getItem(KEPT_DISCREET) === null) discreet(true);
  },
};

discreet(localStorage.getItem(KEPT_DISCREET) === "on");
icons(localStorage.getItem(KEPT_ICONS) === "on");
button("discreet").addEventListener("click", () => {
  const on = !html.classList.contains("discreet");
  keep(KEPT_DISCREET, on);
  discreet(on);
});
button("look").addEventListener("click", () => find("look-sheet", HTMLDialogElement).showModal());
button("look-close").addEventListener("click", () => find("look-sheet", HTMLDialogElement).close());
const only_icons = find("only-icons", HTMLInputElement);
only_icons.checked = localStorage.getItem(KEPT_ICONS) === "on";
only_icons.addEventListener("change", () => {
  keep(KEPT_ICONS, only_icons.checked);
  icons(only_icons.checked);
});

/**
 * @param {TagSet[]} sets @param {() => "film" | "review"} purpose of the film in progress @param {() => void} chosen
 */
export function setLook(sets, purpose, chosen) {
  const list = () => {
    const fitting = sets.filter((set) => set.purpose === purpose());
    const now = setFor(sets, purpose())?.name;
    part("look-sets").replaceChildren(...fitting.map(({ name, word }) => choice(name, word, name === now, chosen)));
    show(part("look-sets-field"), fitting.length > 1);
  };
  button("look").addEventListener("click", list);
  list();
}

/** @param {string} name @param {string} word @param {boolean} checked @param {() => void} chosen */
function choice(name, word, checked, chosen) {
  const input = make("input", { type: "radio", name: "look-set", value: name, checked });
  input.addEventListener("change", () => {
    chooseSet(name);
    chosen();
  });
  return make("label", { class: "choice" }, input, make("span", {}, word));
}
