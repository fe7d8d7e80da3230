// The list of a page's keys, and the switch that turns the single ones off.

import { singleKeys, turnSingleKeys } from "./single-keys.js";

const dialog = document.getElementById("help");
const box = document.getElementById("single-keys");

export const showHelp = () => dialog.showModal();

export function start() {
  box.checked = singleKeys();
  box.addEventListener("change", () => turnSingleKeys(box.checked));
  const button = document.getElementById("open-help");
  button.hidden = false;
  button.addEventListener("click", showHelp);
  // While it is read, the keys of the page do nothing.
  document.addEventListener("keydown", (event) => { if (dialog.open) event.stopPropagation(); }, true);
}
