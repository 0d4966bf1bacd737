// @ts-check
/** Who is visited and what for: a known family or a new code, the helping question, the length target. */
import { Fault, change } from "./api.js";
import { button, find, make, part, say, show, showFaults } from "./dom.js";
import { poll } from "./poll.js";
import { LANGUAGE } from "./said.js";
import { follow, signInFor } from "./shell.js";
import { askVisit, drawWay } from "./visiting.js";
import { fill } from "./words.js";
import { words } from "./words_visit.js";

/** @typedef {import("./visiting.js").Told} Told */
/** @typedef {import("./visiting.js").Family} Family */

/** When a recording stops by itself. */
const LIMIT_MIN = { film: 60, review: 120 };
const CODE = /^[A-Z]{1,3}-[0-9]{1,6}$/;
const code = find("code", HTMLInputElement);
const question = find("question", HTMLTextAreaElement);
const target = find("target", HTMLInputElement);
const language = find("language", HTMLSelectElement);
const discreet = find("discreet", HTMLInputElement);
/** @type {Told | null} */
let told = null;
let drawn = "";
let filled = false;

follow();
poll(askVisit, 3000, draw, (fault) => signInFor(fault) || showFaults(part("faults"), [fault]));

/** @param {Told} now */
function draw(now) {
  told = now;
  drawWay(now);
  const locked = now.families === null;
  show(part("locked"), locked);
  show(part("begin"), !locked);
  show(part("reading"), now.reading);
  if (locked) return;
  drawChoices(now.families ?? [], now.visit?.family ?? "");
  if (!filled && now.visit !== null) take(now.visit);
  filled = true;
  say(button("go"), now.visit !== null && chosen() === now.visit.family ? words.keep : words.begin);
}

/** @param {Family[]} families @param {string} present */
function drawChoices(families, present) {
  const key = JSON.stringify(families);
  if (key === drawn) return;
  drawn = key;
  const before = chosen() || present;
  part("choices").replaceChildren(...families.map((each) =>
    make("label", { class: "choice" },
      make("input", { type: "radio", name: "family", value: each.id, checked: each.id === before }),
      make("span", {}, make("strong", { class: "figures" }, each.code), make("small", {}, visited(each)))),
  ));
  show(part("choices"), families.length > 0);
  drawLast();
}

/** @param {Family} family */
function visited({ visits, last }) {
  if (last === null) return words.visits_none;
  const date = new Date(last.at).toLocaleDateString(LANGUAGE, { day: "numeric", month: "short" });
  return fill(visits === 1 ? words.visits_one : words.visits, { n: visits, date });
}

/** The id of the family chosen; "" where a code is typed. */
const chosen = () => document.querySelector('input[name="family"]:checked')?.getAttribute("value") ?? "";

/** What was asked last time can be taken over by a tap. */
function drawLast() {
  const last = told?.families?.find((each) => each.id === chosen())?.last?.question ?? "";
  show(part("take"), last !== "" && question.value.trim() !== last);
  say(part("take"), fill(words.last_question, { question: last }));
  part("take").onclick = () => {
    question.value = last;
    drawLast();
  };
}

/** The form says what is so by now. @param {NonNullable<Told["visit"]>} visit */
function take(visit) {
  question.value = visit.question ?? "";
  if (visit.target_min !== null) target.value = String(visit.target_min);
  discreet.checked = visit.discreet;
  const purpose = document.querySelector(`input[name="purpose"][value="${visit.purpose}"]`);
  if (purpose instanceof HTMLInputElement) purpose.checked = true;
  language.value = told?.families?.find((each) => each.id === visit.family)?.language ?? "";
}

part("choices").addEventListener("change", () => {
  code.value = "";
  say(part("code-error"), "");
  code.removeAttribute("aria-invalid");
  language.value = told?.families?.find((each) => each.id === chosen())?.language ?? "";
  drawLast();
  if (told !== null) draw(told);
});
code.addEventListener("input", () => {
  for (const each of document.querySelectorAll('input[name="family"]')) if (each instanceof HTMLInputElement) each.checked = false;
  drawLast();
});

find("begin", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  code.value = code.value.trim().toUpperCase();
  const good = chosen() !== "" || CODE.test(code.value);
  say(part("code-error"), good ? "" : code.value === "" ? words.code_needed : words.code_wrong);
  code.toggleAttribute("aria-invalid", !good);
  if (!good) return code.focus();
  target.max = String(LIMIT_MIN[purpose()]);
  const fits = target.checkValidity();
  say(part("target-error"), fits ? "" : fill(words.target_wrong, { most: target.max }));
  target.toggleAttribute("aria-invalid", !fits);
  if (!fits) return target.focus();
  button("go").disabled = true;
  try {
    await begin();
    location.assign("/visit/consent");
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (!signInFor(fault)) showFaults(part("faults"), [fault]);
  } finally {
    button("go").disabled = false;
  }
});

/** @returns {"film" | "review"} */
const purpose = () => (document.querySelector('input[name="purpose"][value="review"]:checked') === null ? "film" : "review");

async function begin() {
  const typed = told?.families?.find((each) => each.id === chosen())?.code ?? code.value;
  const { family } = await change("/api/visit/family", { code: typed, ...(language.value === "" ? {} : { language: language.value }) });
  const minutes = target.valueAsNumber;
  await change("/api/visit/begin", {
    family,
    purpose: purpose(),
    question: question.value.trim(),
    discreet: discreet.checked,
    ...(Number.isNaN(minutes) ? {} : { target_min: minutes }),
  });
}
