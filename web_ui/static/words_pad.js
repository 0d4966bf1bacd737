// @ts-check
/** What the scripts of a film in progress say: the pad, the pause, a visitor, stop for us. */
import { said } from "./said.js";

export const words = said({
  seconds_ago: "{n} s ago",
  just_now: "Now",
  taken_away: "Taken away: nothing was tagged.",
  earlier_what: "{what}: 5 s earlier",
  moved: "{what}, {n} s earlier",

  lost_since: "No connection for {time}",
  room_for: "Room for {time}",
  battery_at: "battery {n} %",

  ask_stop: "Stop",
  ask_stop_for_us: "Stop for us",
  ask_pause: "Pause",
  ask_resume: "Film on",
  sent: "{what}: sent",
  done: "{what}: done",
  by_button: "Or hold the button on the box for two seconds: that stops it too.",

  visitor: "Visitor",
  visitor_here: "Hidden until they leave",
  visitor_came: "Hidden from now on, and the last five seconds too, until the visitor has left.",
  visitor_left: "The visitor has left: from here on it may be shown.",

  waits_for_end: "The film is being closed.",
  erasing: "It is being erased.",
  kept: "The film is kept, sealed.",
  erased: "The film is erased. Nobody can bring it back.",
  erased_family_one: "One film of {family} is erased. Nobody can bring it back.",
  erased_family: "{n} films of {family} are erased. Nobody can bring them back.",
  keep_it: "Keep the film",
  erase_it: "Erase this film",
  erase_family: "Erase everything of this family",
  all_of_one: "{family}: this film is the only one on this box.",
  all_of: "{family}: {n} films on this box. The office erases its copies too.",
  all_needs_pin: "The box needs your PIN for this.",
  no_family: "No family was given for this film: only this film can be erased here.",
  locked_older: "This phone is locked. Give its PIN to erase this film.",
  decide_now: "Decide now",
  undecided: "A film was stopped for the family, and nobody has said yet what becomes of it.",
});
