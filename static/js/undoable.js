// What can be undone. It outlives the page, in this tab: a reload, the next page of a list, the way back.

import { csrfToken, headersOfWrite } from "./requests.js";
import { keepInTab } from "./tab-store.js";
import { admit, stack } from "./warnings.js";

const KEY = `undo ${headersOfWrite()["X-Person"]} ${location.pathname}`;

/** The forms of undo and redo, in the order of what was done: before this page, on the way to it, on it. */
function forms() {
  const told = document.querySelectorAll(".messages .undo:has(button):not([data-used])");
  const kept = stack.querySelectorAll(".toast[data-kept] .undo:not([data-used])");
  return [...kept, ...told, ...stack.querySelectorAll(".toast:not([data-kept]) .undo")];
}

/** The form that undoes what was done last, if anything can be undone. */
export const undoOfLast = () => forms().findLast((form) => !form.closest("[data-redo]"));

/** What a form of undo would take back. */
export const whatItUndoes = (form) => (form.closest(".toast") ?? form).querySelector("p").textContent;

function keep() {
  // What is on its way back is done with.
  const standing = forms().filter((form) => !form.matches(".htmx-request"));
  const left = standing.map((form) => form.closest(".toast")?.outerHTML ?? `<div class="toast" hidden>${form.outerHTML}</div>`);
  keepInTab(KEY, left.join(""));
}

function showKept() {
  for (const toast of stack.querySelectorAll(".toast:has(.undo)")) toast.remove();
  stack.insertAdjacentHTML("afterbegin", sessionStorage.getItem(KEY) ?? "");
  for (const toast of stack.querySelectorAll(".toast:has(.undo)")) {
    toast.dataset.kept = "";
    toast.querySelector("[name=csrfmiddlewaretoken]").value = csrfToken();
    htmx.process(toast);
    if (!toast.hidden) admit(toast);
  }
}

export function start() {
  showKept();
  // Those of htmx never come here; the others leave the page.
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.matches(".undo")) event.target.dataset.used = "";
  });
  addEventListener("pagehide", keep);
  // A page that the browser had kept as it was does not know what was done on others since.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const told of document.querySelectorAll(".messages .undo")) told.dataset.used = "";
    showKept();
  });
}
