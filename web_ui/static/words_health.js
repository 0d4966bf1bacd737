// @ts-check
/** What the health page says of the camera. Apart because words.js is in everything that a phone fetches. */
import { said } from "./said.js";

export const health_words = said({
  camera_good: "The camera sees the room.",
  camera_none: "Nobody looks at the camera's picture now.",
});
