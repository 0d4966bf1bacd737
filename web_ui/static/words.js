// @ts-check
/**
 * Every sentence that a script puts on a page; templates hold the others.
 * Apart so that a translation is one file, and so that the words can be read one after the other.
 */
import { LANGUAGE, said } from "./said.js";

/** `{name}` in a sentence is filled in by `fill`. */
export const words = said({
  no_connection: "The box does not answer.",
  no_connection_do: "Stay near the box and on its Wi-Fi. A recording goes on without this phone.",
  odd_answer: "The box answered in a way that this page does not understand.",
  odd_answer_do: "Load the page again. If it happens again, tell the office.",

  state_off: "Off",
  state_starting: "Starting",
  state_ready: "Ready",
  state_recording: "Recording",
  state_paused: "Paused",
  state_finishing: "Finishing",
  state_fault: "Fault",
  state_playing: "Playing",
  state_syncing: "Sending",
  state_framing: "Framing",
  state_gone: "No connection",

  lamp_off: "The box is off and safe to unplug.",
  lamp_starting: "The box is starting; wait for steady white.",
  lamp_ready: "Nothing is being recorded; a press starts a film.",
  lamp_framing: "The picture is shown on a phone; nothing is kept.",
  lamp_recording: "The box is filming; a press sets a star.",
  lamp_paused: "Nothing is being recorded; a press goes on filming.",
  lamp_playing: "Film is being shown; nothing is being recorded.",
  lamp_playing_and_recording: "Film is being shown, and the box is filming.",
  lamp_syncing: "Sealed film is going to the office; leave the box plugged in.",
  lamp_do_not_record: "Do not record yet; read the phone.",
  lamp_fault: "Something is wrong and nothing can be recorded; read the phone.",
  lamp_recording_discreetly: "The box is filming with a discreet lamp; a press sets a star.",
  lamp_recording_attention: "The box is filming and something needs a look; read the phone.",
  lamp_recording_discreetly_attention: "The box is filming and something needs a look; read the phone.",
  lamp_recording_enough_film: "There is enough film; the box is still filming.",

  minutes_one: "1 minute",
  minutes: "{n} minutes",
  seconds_one: "1 second",
  seconds: "{n} seconds",
  minutes_short: "{n} min",
  hours_minutes_short: "{h} h {n} min",

  pair_window: "The box waits for this phone: {time} left.",
  pair_again: "The time ran out. Press the recessed button once more.",
  pins_differ: "The two PINs are not the same.",
  wait: "Wait {time}, then try again.",
  unlocked_for: "Locks by itself in {time} without use.",
  phone_this: "{name}, this phone",
  phone_made: "paired {date}",
  revoke: "Take out",
  revoke_sure: "{name} will not be able to unlock this box again.",

  left_on_card: "{time} left on the card.",
  no_room: "No room on the card.",
  target_of: "of {n} min",
  target_reached: "Enough film for a review. Stop when it suits the family.",
  limit_near: "Stops by itself in {time}.",
  sound_none: "No sound",
  sound_quiet: "Very quiet",
  sound_good: "Good",
  sound_loud: "Too loud",
  safe: "All of it is safe on the card.",
  safe_but: "Safe on the card but for the last {time}.",
  armed: "{what}.",
  armed_film: "A film",
  armed_review: "A review",
  armed_family: "{what} for {family}",
  armed_discreet: "{what}, discreet lamp",
  stopped_for_us: "Stopped for the family. The film so far is closed and sealed.",

  connected: "Connected",
  waiting_one: "1 tag waits",
  waiting: "{n} tags wait",
  not_connected: "No connection",
  saved: "{time} {what}: saved",
  kept: "{time} {what}: kept on this phone",
  undone: "{time} {what}: undone",
  noted: "{time} {what}: note kept",
  refused: "{time} {what}: not saved. {why}",
  lost_one: "One tag of before could not be saved.",
  lost: "{n} tags of before could not be saved.",
  moment: "Moment",
  star: "Star",
  undo_what: "Undo {what}",
  note_on: "Note on {time} {what}",
  note_new: "Note on this moment",
  memory_only: "This browser keeps nothing. Tags are lost if the page closes before they are saved.",
  mark_saved: "saved",
  mark_kept: "waiting",
  mark_undone: "undone",
  mark_refused: "not saved",

  session_live: "Filming now",
  session_open: "Interrupted",
  session_recovered: "Closed after a power cut",
  why_not_here: "Opens at the office only",
  why_empty: "No film in it",
  why_unreadable: "Its key is gone",
  session_title: "Film {number}",
  session_review: "Review {number}",
  continues: "goes on from the film before",
  moments_one: "1 moment",
  moments: "{n} moments",
  moments_none: "No moments yet",
  stars_one: "1 star",
  stars: "{n} stars",
  clock_unsure: "Date not certain",
  consent_open: "Consent to confirm",
  consent_is: "Consent is on record",
  consent_of: "Consent is on record for {title}",
  consent_needed: "Say that consent is on record, then it plays.",
  erase_this: "Erase {title}",
  erase_sure: "{title} is erased on this box now, and at the office as soon as it hears of it. Nobody can bring it back.",
  erases: "Erases itself {when}",
  leaves: "Leaves this box {when}",
  in_no_days: "today",
  in_days_one: "in 1 day",
  in_days: "in {n} days",
  held: "On hold by the office",
  safe_at_office: "Safe at the office",
  stores_of: "{n} of {all} copies at the office",

  way_idle: "Nothing is on its way",
  way_idle_hint: "Films go to the office by themselves once the box is at its dock.",
  way_waiting: "Waiting for a way to the office",
  way_waiting_hint: "Put the box into its dock, or plug in the network cable.",
  way_carrying: "Going to the office",
  way_carrying_hint: "Sealed all the way; only the office opens it. Leave the box plugged in.",
  way_unreachable: "The office cannot be reached",
  way_unreachable_hint: "Nothing is lost; the box tries again by itself.",
  way_sent: "The office looks at what came",
  way_sent_hint: "It reads every byte again, then signs for it.",
  way_recording: "Waits while the box is filming",
  way_recording_hint: "It goes on by itself when the film is stopped.",
  way_safe: "Everything is safe at the office",
  way_safe_hint: "The office has looked at every byte and signed for it.",
  way_of: "{sent} of {all}",
  way_left: "{time} left",
  way_film: "Film {number} on its way",
  radio_visit: "It is the box's own, for phones on visits.",
  radio_office: "It is on the office's network, to send films.",
  radio_off: "It is switched off.",
  radio_to_visit: "The box goes back to its own Wi-Fi.",
  radio_to_office: "The box goes to the office's Wi-Fi now; this phone loses it. Press its recessed button with a pen to have it back sooner.",
  radio_to_off: "The box switches its Wi-Fi off now; press its recessed button with a pen to have it back.",
  purged_one: "1 more film is at the office and no longer on this box.",
  purged: "{n} more films are at the office and no longer on this box.",
  kilobytes: "{n} kB",
  megabytes: "{n} MB",
  gigabytes: "{n} GB",

  play: "Play",
  hold: "Hold",
  position: "{at} of {all}",
  go_live: "Go to live",
  at_live: "At the live edge",
  loop_in: "In",
  loop_out: "Out",
  loop_needs_order: "The loop ends before it begins.",
  to_screen: "Show {what} on the family's screen",
  loop_this: "Repeat {what}",
  not_playable: "This film cannot be played on this phone.",
  not_playable_do: "Use a newer browser, or play it at the desk.",
  film_stopped: "The film could not be read further.",
  film_waits: "The film waits until everything that was tagged is read.",

  health_temperature_good: "The box is at {n} °C, as it should be.",
  health_temperature_warm: "The box is warm, at {n} °C. Give it air.",
  health_temperature_hot: "The box is hot, at {n} °C. Give it air; it goes on as long as it can.",
  health_temperature_none: "This box does not measure its heat.",
  health_power_good: "The power is steady.",
  health_power_low: "The power is too weak. Use the box's own plug and cable.",
  health_battery: "The battery is at {n} %.",
  health_battery_low: "The battery is at {n} %. Plug the box in, or stop soon.",
  health_card_good: "There is room for {time} of film.",
  health_card_low: "There is room for {time} only. Take the box to the office soon.",
  health_card_full: "There is no room left on the card.",
  health_clock_rtc: "The box knows the time from its own clock.",
  health_clock_phone: "The box has the time from a phone.",
  health_clock_unsure: "The box is not certain of the date. Films are in the right order all the same.",
  health_sound_good: "The microphone hears the room.",
  health_sound_none: "The microphone is not heard.",
  health_queue_good: "The card keeps up with the camera.",
  health_queue_behind: "The card is {time} behind the camera. Nothing is lost yet.",
  health_dropped: "{n} pictures came too late since the box was switched on.",
  health_connection_good: "This phone hears the box within {n} ms.",
  health_all_good: "All is well",
  health_look: "Something needs a look",
  health_gone: "The box is not heard",

  bench_mains: "from the mains",
  bench_unknown: "not measured",
  bench_plug_pulled: "The plug is out. The box is dark; every film is as a power cut leaves it.",
  bench_plug_back: "The plug is in again. The box starts.",
  bench_lamp: "The lamp is {colour}",
  bench_buzzing: "the buzzer sounds",
  colour_off: "dark",
  colour_red: "red",
  colour_green: "green",
  colour_blue: "blue",
  colour_amber: "amber",
  colour_cyan: "cyan",
  colour_magenta: "magenta",
  colour_white: "white",
});

/** In a line from right to left, what comes from elsewhere keeps to itself: a code, a name, a time. */
const ISOLATED = globalThis.document?.documentElement.dir === "rtl";

/** @param {string} text */
const isolated = (text) => (ISOLATED ? `\u2068${text}\u2069` : text);

/**
 * @param {string} sentence one of `words`
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name] ?? whole;
    return typeof value === "string" ? isolated(value) : String(value);
  });
}

/** What stands side by side in one line; null and "" are left out. @param {...(string | null | undefined)} parts */
export const joined = (...parts) => parts.filter((each) => each).map((each) => isolated(String(each))).join(" · ");

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many) => (n === 1 ? one : fill(many, { n }));

/** "12:04", or "1:02:04" from an hour on. @param {number} ms */
export function clock_time(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0(\d)/, "$1");
}

/** With one digit after the comma, as the page's language writes it. @param {number} n */
export const decimal = (n) => n.toLocaleString(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "640 kB", "12 MB", "1.4 GB". @param {number} n */
export function bytes(n) {
  if (n < 1e6) return fill(words.kilobytes, { n: Math.ceil(n / 1e3) });
  if (n < 1e9) return fill(words.megabytes, { n: Math.round(n / 1e6) });
  return fill(words.gigabytes, { n: decimal(n / 1e9) });
}

/** "12 min", "1 h 05 min". @param {number} minutes */
export function length(minutes) {
  if (minutes < 60) return fill(words.minutes_short, { n: minutes });
  return fill(words.hours_minutes_short, { h: Math.floor(minutes / 60), n: String(minutes % 60).padStart(2, "0") });
}
