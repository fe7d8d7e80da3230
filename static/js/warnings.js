// Short messages at the foot of the page, and those that the page itself says.

const SHOWN_FOR = 10_000;
const SHOWN = 3;
const KEPT = 50;
/** The status of a refused write from a page of somebody else than who is signed in; it says so. */
export const ANOTHER_PERSON = 412;
export const stack = document.getElementById("toasts");

/** Out of sight, but what can be undone stays within reach of the key. */
function hide(toast) {
  if (toast.querySelector(".undo")) toast.hidden = true;
  else toast.remove();
}

stack.addEventListener("click", ({ target }) => {
  if (target.closest("[data-dismiss]")) hide(target.closest(".toast"));
});

function expire(toast) {
  setTimeout(() => {
    if (!toast.isConnected || toast.hidden) return;
    if (toast.matches(":hover, :focus-within")) expire(toast);
    else hide(toast);
  }, SHOWN_FOR);
}

export function admit(toast) {
  expire(toast);
  [...stack.querySelectorAll(".toast:not([hidden])")].slice(0, -SHOWN).forEach(hide);
  [...stack.children].slice(0, -KEPT).forEach((old) => old.remove());
}

/**
 * Say something that the server did not. Said again, it does not stand there twice.
 * @param {string} message
 */
export function warn(message) {
  for (const said of stack.querySelectorAll(".toast.error")) {
    if (said.querySelector("p").textContent === message) said.remove();
  }
  const toast = document.createElement("div");
  toast.className = "toast error";
  const words = document.createElement("p");
  words.setAttribute("role", "alert");
  words.textContent = message;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.dataset.dismiss = "";
  dismiss.setAttribute("aria-label", "Dismiss");
  dismiss.textContent = "×";
  toast.append(words, dismiss);
  stack.append(toast);
  admit(toast);
  return toast;
}

/** Say that a write failed, until one succeeds. */
export function warnUnsaved(message) {
  warn(message).dataset.unsaved = "";
}

/** A write succeeded. */
export function takeBackUnsaved() {
  for (const toast of stack.querySelectorAll("[data-unsaved]")) toast.remove();
}
