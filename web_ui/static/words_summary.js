// @ts-check
/** What the summary of a film says. */
import { said } from "./said.js";

export const words = said({
  title: "Film {number}",
  title_review: "Review {number}",
  filmed: "of film",
  filmed_live: "of film so far",
  line: "The film from its beginning to its end. {what}",
  line_moments_one: "1 moment was seen.",
  line_moments: "{n} moments were seen.",
  line_pauses_one: "1 pause, in which nothing was filmed.",
  line_pauses: "{n} pauses, in which nothing was filmed.",
  line_hidden_one: "1 part is hidden.",
  line_hidden: "{n} parts are hidden.",

  why_limit: "It stopped by itself at its longest length. All of it is kept.",
  why_objection: "Stopped for the family. The film so far is closed and sealed.",
  why_card_full: "It stopped because the card is full. Everything up to there is kept.",
  why_card_failing: "It stopped because the card failed. What was acknowledged is kept; use another card.",
  why_camera_lost: "It stopped because the camera was lost. Everything up to there is kept.",
  why_parameters: "The camera changed; the film goes on in the next one.",
  why_quiet: "It stopped by itself: nothing moved and nobody spoke for a long time.",
  why_power: "It stopped because the battery was at its end. Everything up to there is kept.",
  why_shutdown: "It stopped because the box was switched off.",
  why_interrupted: "It was interrupted, and closed by the box itself. Everything up to about the last second is kept.",

  quiet_from: "From {time} on nothing happened any more. It can be left out; nobody is shown it then.",
  quiet_gone: "The quiet end, from {time} on, is left out.",

  best_none: "Nothing was tagged, so there is no best moment. Watch the film and mark one.",
  best_locked: "The best moments are found as soon as this phone is unlocked.",
  best_unconfirmed: "They can be watched once somebody has said that consent is on record.",
  best_not_here: "This film opens at the office only.",
  by_parent: "The parent's own mark",
  seen_by: "Seen by {n} people",
  watch: "Watch",
  star: "Star",
  known_one: "This phone knows of 1 moment.",
  known: "This phone knows of {n} moments.",
  rates_short: "The film is too short for figures: with less than two minutes they would mislead.",
  rates_of: "How often in ten minutes, of {time} of film without pauses and hidden parts.",
});
