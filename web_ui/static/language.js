// @ts-check
/** The menu of languages: what is chosen is kept on this phone, and the page comes again in it. */
import { change } from "./api.js";
import { find } from "./dom.js";

const menu = find("language", HTMLSelectElement);

menu.addEventListener("change", () => {
  menu.disabled = true;
  change("/api/language", { language: menu.value }).then(
    () => location.reload(),
    () => {
      menu.value = document.documentElement.lang;
      menu.disabled = false;
    },
  );
});
