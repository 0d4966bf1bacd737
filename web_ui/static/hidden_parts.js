// @ts-check
/** The hidden parts of a film as a list: why each is, and, where this phone may, the way to show it again. */
import { find, icon, make, part, say, show } from "./dom.js";
import { choose } from "./hold.js";
import { clock_time, fill } from "./words.js";
import { words } from "./words_player.js";

/** @typedef {import("./moments.js").Hidden} Hidden */

/** @type {Record<string, string>} */
const WHY = { visitor: words.hidden_visitor, quiet: words.hidden_quiet };

/** Whether a time lies in any of them. @param {Hidden[]} hidden @param {number} at_ms */
export const hiddenAt = (hidden, at_ms) => hidden.find(({ in_ms, out_ms }) => at_ms >= in_ms && (out_ms === null || at_ms < out_ms));

/** @param {Hidden} each */
export const whyHidden = (each) => WHY[each.why] ?? words.hidden_other;

/** @param {Hidden} each */
function timeOf({ in_ms, out_ms }) {
  if (out_ms === null) return fill(words.hidden_to_end, { time: clock_time(in_ms) });
  return `${clock_time(in_ms)} – ${clock_time(out_ms)}`;
}

export class HiddenParts {
  drawn = "";

  /** @param {((each: Hidden) => Promise<void>) | null} show_again null where nothing can be written */
  constructor(show_again) {
    this.show_again = show_again;
  }

  /** @param {Hidden[]} hidden */
  draw(hidden) {
    const key = JSON.stringify(hidden);
    if (key === this.drawn) return;
    this.drawn = key;
    show(part("hidden-side"), hidden.length > 0);
    part("hidden").replaceChildren(...hidden.map((each) => this.#line(each)));
  }

  /** @param {Hidden} each */
  #line(each) {
    const time = timeOf(each);
    const text = make("span", { class: "hidden-text" }, make("strong", {}, whyHidden(each)), make("span", { class: "figures soft" }, time));
    const { show_again } = this;
    if (show_again === null) return make("li", {}, icon("eye-off"), text);
    const again = make("button", { class: "quiet", "aria-label": fill(words.show_again, { time }) }, icon("eye"));
    again.addEventListener("click", async () => {
      say(part("agreed-time"), `${whyHidden(each)}, ${time}`);
      if ((await choose(find("agreed", HTMLDialogElement))) === "agreed") await show_again(each);
    });
    return make("li", {}, icon("eye-off"), text, again);
  }
}
