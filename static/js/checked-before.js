// An earlier verdict's rationale is taken over only when asked for, and never over words typed.

import { announce } from "./announce.js";

const rationale = () => document.querySelector("#verdict-form textarea");

function offer(part) {
  for (const button of part.querySelectorAll?.("[data-use-rationale]") ?? []) button.hidden = !rationale();
}

function use(button) {
  const field = rationale();
  if (!field) return;
  if (field.value.trim()) return announce("There is a rationale already. Empty it first.");
  field.value = document.getElementById(button.dataset.useRationale).textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function start() {
  offer(document);
  document.addEventListener("htmx:load", ({ detail }) => offer(detail.elt));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-use-rationale]");
    if (button) use(button);
  });
}
