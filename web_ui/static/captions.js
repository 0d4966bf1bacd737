// @ts-check
/** The words of a moment over the film while it is shown, for whoever wants them; in the language of the page. */
import { button, make, part } from "./dom.js";

const KEPT = "fieldreel-captions";

export class Captions {
  on = localStorage.getItem(KEPT) === "on";
  drawn = "";

  constructor() {
    button("captions").addEventListener("click", () => this.toggle());
    this.#tell();
  }

  toggle() {
    this.on = !this.on;
    localStorage.setItem(KEPT, this.on ? "on" : "off");
    this.#tell();
  }

  /** What is seen at this time. @param {string[]} said each once, in the order of the film */
  show(said) {
    const lines = this.on ? [...new Set(said)] : [];
    if (lines.join("\n") === this.drawn) return;
    this.drawn = lines.join("\n");
    part("caption").replaceChildren(...lines.map((line) => make("span", { class: "capital" }, line)));
  }

  #tell() {
    button("captions").setAttribute("aria-pressed", String(this.on));
    this.show([]);
  }
}
