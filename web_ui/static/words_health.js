// @ts-check
/** What the health page says of the camera and the clicker. Apart because words.js is in everything that a phone fetches. */
import { said } from "./said.js";

export const health_words = said({
  camera_good: "The camera sees the room.",
  battery_none: "No battery answers; the box runs from its plug.",
  battery_plugged: "The battery is at {n} %, plugged in.",
  clock_network: "The box has the time from the office's network.",
  camera_none: "Nobody looks at the camera's picture now.",
  clicker_good: "A clicker is connected. While the box is filming, its forward button sets a star.",
  clicker_none: "No clicker is connected. Stars come from the box's button and from phones.",
});
