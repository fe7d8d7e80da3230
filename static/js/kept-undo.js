// What can be undone outlives the page, in this tab: a reload, the next page of a list, the way back.

import { stack } from "./warnings.js";

const person = JSON.parse(document.body.getAttribute("hx-headers"))["X-Person"];
const KEY = `undo ${person} ${location.pathname}`;

function keep() {
  const left = [...stack.children].filter((toast) => toast.querySelector(".undo"));
  try {
    sessionStorage.setItem(KEY, left.map((toast) => toast.outerHTML).join(""));
  } catch {
    sessionStorage.removeItem(KEY); // There is no room for it.
  }
}

/** Shows it again; calls back with each message that can be seen. */
export function start(shown = () => {}) {
  stack.insertAdjacentHTML("afterbegin", sessionStorage.getItem(KEY) ?? "");
  htmx.process(stack);
  stack.querySelectorAll(".toast:not([hidden])").forEach(shown);
  addEventListener("pagehide", keep);
}
