// @ts-check
/**
 * How a second phone joins: two codes for its camera, and the words for one that reads none.
 * Apart because nothing of it is asked for before somebody wants to add a phone.
 */
import { ask } from "./api.js";
import { find, part, say, show } from "./dom.js";

const adding = find("adding", HTMLDetailsElement);

adding.addEventListener("toggle", async () => {
  if (!adding.open) return;
  const told = await ask("/api/phones/join");
  show(part("adding-wifi"), told.ssid !== null);
  say(part("adding-ssid"), told.ssid ?? "");
  say(part("adding-password"), told.password ?? "");
  say(part("adding-page"), told.page);
  if (told.ssid !== null) find("wifi-code", HTMLImageElement).src = "/phones/wifi.svg";
  find("page-code", HTMLImageElement).src = "/phones/page.svg";
});
