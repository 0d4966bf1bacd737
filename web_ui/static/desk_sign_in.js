// @ts-check
/** Choose a name, give the passphrase; then on to where one was going. */
import { Fault, ask, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { count, fill, words } from "./words.js";

const LAST = "fieldreel-desk-name";
const pick = find("staff", HTMLSelectElement);
const passphrase = find("passphrase", HTMLInputElement);

ask("/api/hello").then(greet, (fault) => showFaults(part("faults"), [fault]));

/** @param {{staff: {id: string, name: string}[], signed_in: boolean}} told */
function greet({ staff, signed_in }) {
  if (signed_in) return location.replace(next());
  show(part("sign-in"), staff.length > 0);
  show(part("nobody"), staff.length === 0);
  pick.replaceChildren(...staff.map(({ id, name }) => make("option", { value: id }, name)));
  const last = localStorage.getItem(LAST);
  if (staff.some(({ id }) => id === last)) pick.value = last ?? "";
  if (staff.length > 0) (last === null && staff.length > 1 ? pick : passphrase).focus();
}

/** Only an address of this desk, and none that leads back here. */
function next() {
  const asked = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(families(\/[A-Za-z]+-[0-9]+)?|boxes|audit|sessions(\/[0-9a-f]{32}(\/about)?)?)$/.test(asked) ? asked : "/families";
}

find("sign-in", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  const go = button("go");
  if (go.disabled) return;
  go.disabled = true;
  say(part("sign-in-error"), "");
  try {
    await change("/api/sign-in", { staff: pick.value, passphrase: passphrase.value });
    localStorage.setItem(LAST, pick.value);
    location.assign(next());
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    passphrase.select();
    const wait = fault.wait_s > 0 ? fill(words.wait, { time: count(fault.wait_s, words.seconds_one, words.seconds) }) : fault.todo;
    say(part("sign-in-error"), `${fault.what} ${wait}`);
    go.disabled = false;
  }
});
