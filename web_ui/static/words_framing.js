// @ts-check
/** What the framing page and the question of a quiet film say. Apart so that the pad fetches no more than it needs. */
import { said } from "./said.js";

export const framing_words = said({
  well: "All is well",
  look: "Could be better",
  dark_view: "No picture",
  paused: "The film is paused, and so is the picture.",
  filming: "The box is filming. The picture stays off, so that eyes are with the family.",
  waiting: "The picture comes in a moment.",
  not_ready: "There is no picture while the box is not ready.",
  kept_ready: "Nothing of it is kept. The lamp on the box is cyan while it is shown.",
  kept_filming: "The film is sealed as always; this picture is kept nowhere.",
  light: "There is enough light.",
  sharp: "The picture is sharp.",
  upright: "The camera stands upright.",
  face_one: "One face is seen.",
  faces: "{n} faces are seen.",
  face_none: "No face is seen at the moment; whoever looks away is not counted.",
  sound_good: "Voices will be heard.",
  sound_quiet: "It is quiet. Say a few words and watch the level.",
});
