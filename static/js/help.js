// The list of all keys, and the switch that turns the single ones off.

const STORED = "factcheck.single-keys";
const dialog = document.getElementById("help");
const box = document.getElementById("single-keys");

export const singleKeys = () => box.checked;
export const showHelp = () => dialog.showModal();

export function start() {
  box.checked = localStorage.getItem(STORED) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  const button = document.getElementById("open-help");
  button.hidden = false;
  button.addEventListener("click", showHelp);
}
