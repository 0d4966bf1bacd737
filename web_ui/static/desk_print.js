// @ts-check
/** The sheets that are made to be printed: a receipt, and what to do about a lost box. */
import { change } from "./api.js";
import { button, part } from "./dom.js";
import { sure, trying } from "./desk_shell.js";
import { words } from "./desk_words.js";

button("print").addEventListener("click", () => print());

const lost = document.getElementById("lost");
lost?.addEventListener("click", async () => {
  if (!(await sure({ title: words.lost_title, text: words.lost_text, yes: words.lost_yes, no: words.lost_no, grave: true }))) return;
  await trying(async () => {
    await change(`/api/boxes/${part("sheet").dataset["device"]}/lost`);
    location.reload();
  });
});
