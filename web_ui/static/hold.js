// @ts-check
/**
 * A button that must be held, for what should not happen by a brush of the thumb; a short press asks instead, so that
 * nobody needs to be able to hold.
 */

export const HOLD_MS = 1500;

/**
 * @param {HTMLButtonElement} button @param {() => void} held @param {() => void} pressed
 */
export function holdable(button, held, pressed) {
  let timer = 0;
  let done = false;
  const release = () => {
    clearTimeout(timer);
    button.classList.remove("holding");
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || button.disabled) return;
    done = false;
    button.classList.add("holding");
    timer = setTimeout(() => {
      done = true;
      release();
      navigator.vibrate?.(60);
      held();
    }, HOLD_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(name, release);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    release();
    if (!done || event.detail === 0) pressed();
    done = false;
  });
}

/**
 * Asks in a dialog; its buttons' values are the answers.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} "" where it was dismissed
 */
export function choose(dialog) {
  return new Promise((done) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => done(dialog.returnValue), { once: true });
    for (const button of dialog.querySelectorAll("button"))
      button.onclick = () => dialog.close(button.value);
    dialog.showModal();
  });
}
