// @ts-check
/** What the player's page says: moments, trimming, notes, hidden parts. */
import { said } from "./said.js";

export const words = said({
  moments_of: "{n} of {all} moments",
  by_all: "Everybody",
  by_own: "This phone",
  by_panel: "The box's button",
  by_gone: "A phone that was taken out",
  tag_all: "All tags",

  trim_this: "Trim {what}",
  trimming: "Trim: {what}",
  trimmed: "Trimmed to {time}.",
  trim_order: "It ends before it begins.",
  trim_from: "Begins at {time}",
  trim_to: "Ends at {time}",

  note_on: "Note on {time} {what}",
  note_new: "Note on the picture at {time}",
  noted: "Note kept at {time}.",
  undone: "Taken back.",

  hidden_visitor: "Hidden: a visitor was in the picture",
  hidden_quiet: "Left out: nothing happened any more",
  hidden_other: "Hidden",
  hidden_to_end: "{time} to the end",
  hidden_now: "Hidden: a visitor is in the picture",
  hidden_moment: "hidden",
  show_again: "Show {time} again",
  shown_again: "Shown again.",
});
