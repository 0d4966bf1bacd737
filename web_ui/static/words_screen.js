// @ts-check
/** What the family's screen says by itself; its buttons have their words in the template. */
import { said } from "./said.js";

export const words = said({
  that_one: "That one!",
  that_one_kept: "Kept!",
  back_soon: "One moment, please.",
  too_many: "Too many screens ask at once. This one goes on by itself.",
});
