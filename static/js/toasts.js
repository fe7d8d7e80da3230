// The undo that some messages at the foot of the page carry.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import * as undoable from "./undoable.js";
import { admit, stack } from "./warnings.js";

const undoOf = (toast) => toast.querySelector(".undo");
const versionField = (toast) => toast.querySelector(".undo [name$='version']");

let undoing = false;
let asked = 0;

/** Undo the last thing that can be; again, the one before. */
export function undo() {
  asked += 1;
  if (!undoing) undoNext();
}

/** One after the other: each tells the next which version of the claim it stands on. */
function undoNext() {
  if (!asked) return;
  asked -= 1;
  const form = undoable.undoOfLast();
  if (!form) {
    asked = 0;
    return announce("Nothing to undo. A verdict stays on record: record another to correct it.");
  }
  undoing = true;
  announce(`Undoing: ${undoable.whatItUndoes(form)}`);
  form.requestSubmit();
}

/** The version of the claim that a write named, if it named one: it is kept with what tells of the write. */
function seenVersion(parameters) {
  const names = [...parameters.keys()].filter((name) => name === "version" || name.endsWith("-version"));
  return names.length ? String(parameters.get(names[0])) : "";
}

/** An undone write is gone, and the claim is again as the write before left it. */
function forget(undone, redo) {
  const claim = undone.dataset.claim;
  const before = undone.dataset.seen;
  for (const older of stack.querySelectorAll(`.toast[data-claim="${claim}"]`)) {
    const field = versionField(older);
    if (older !== undone && older !== redo && field?.value === before) field.value = versionField(redo)?.value ?? "";
  }
  redo.dataset.redo = "";
  const button = redo.querySelector(".undo button");
  if (button) button.textContent = "Redo";
  undone.remove();
}

/** A write without an undo, such as a verdict, closes the way back: u must never reach behind it. */
function close(toast) {
  if (undoOf(toast)) return;
  document.querySelector(".messages .undo button")?.remove();
  for (const older of stack.querySelectorAll(".toast:has(.undo)")) older.remove();
}

/** The toast of an answer is taken up with what was asked. */
function takeUp({ sent, status }, undone) {
  const refused = status === 409 || status === 422;
  if (refused) undone?.remove();
  const toast = stack.lastElementChild;
  if (status !== 200 || !toast?.dataset.claim || "seen" in toast.dataset) return;
  toast.dataset.seen = seenVersion(sent);
  if (undone && !("redo" in undone.dataset)) forget(undone, toast);
  else {
    undone?.remove();
    close(toast);
  }
  admit(toast);
}

onAnswer((answer) => {
  if (answer.verb !== "post") return;
  const undone = answer.elt.closest(".toast");
  takeUp(answer, undone);
  if (!undone) return;
  undoing = false;
  undoNext();
});

// Before the message is hidden, and the focus lost.
stack.addEventListener("click", ({ target }) => {
  if (target.closest("[data-dismiss]")?.matches(":focus")) document.getElementById("text").focus({ preventScroll: true });
}, true);

undoable.start();
