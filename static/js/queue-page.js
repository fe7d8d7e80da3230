// The queue: N begins with the next claim, as it goes on to it from an article.

import { singleKeys } from "./single-keys.js";

document.addEventListener("keydown", (event) => {
  if (!singleKeys()) return;
  if (event.key !== "N" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  document.getElementById("begin").requestSubmit();
});
