// ? shows the keys of a page that has few.

import { showHelp, start } from "./help.js";
import { actsAlone } from "./single-keys.js";

start();
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !actsAlone(event)) return;
  event.preventDefault();
  showHelp();
});
