// The queue: N begins with the next claim, as it goes on to it from an article.

import { actsAlone } from "./single-keys.js";

const form = document.getElementById("begin");
let begun = false;

document.addEventListener("keydown", (event) => {
  if (event.key === "N" && actsAlone(event)) form.requestSubmit();
});

// Each time takes a claim: once is enough, until one comes back.
form.addEventListener("submit", (event) => {
  if (begun) event.preventDefault();
  begun = true;
});
addEventListener("pageshow", () => { begun = false; });
