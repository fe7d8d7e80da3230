// Marking a claim: from the browser's selection, or from the keyboard's, by a small form.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { clear, select, selection } from "./cursor.js";
import { discard } from "./drafts.js";
import { rangeOf, spanOf, textPane, wordsOf } from "./text.js";

const SETTLED = 250;
const bar = document.getElementById("selection-bar");
const mayMark = "mayMark" in document.getElementById("annotate").dataset;

const form = () => document.getElementById("new-claim");
export const isOpen = () => mayMark && !form().hidden;

/** Below the last line of the selection, in the pane that scrolls with the text. */
function place(span) {
  const pane = textPane.closest(".annotate-text");
  const frame = pane.getBoundingClientRect();
  const lines = rangeOf(span).getClientRects();
  const last = lines[lines.length - 1];
  const left = Math.max(0, Math.min(last.left - frame.left, frame.width - form().offsetWidth - 16));
  form().style.setProperty("--top", `${last.bottom - frame.top + pane.scrollTop + 8}px`);
  form().style.setProperty("--left", `${left}px`);
}

function fill(span) {
  const { elements } = form();
  elements.start.value = span.start;
  elements.end.value = span.end;
  document.getElementById("new-claim-words").textContent = wordsOf(span);
}

/**
 * Open the form on what is selected.
 * @param {{focus?: boolean}} options
 */
export function open({ focus = true } = {}) {
  const span = selection();
  if (!mayMark) return announce("Your role does not mark claims.");
  if (!span) return announce("Select words first: j chooses a sentence, w a word.");
  bar.hidden = true;
  fill(span);
  form().hidden = false;
  place(span);
  if (focus) form().elements.note.focus({ preventScroll: true });
  form().scrollIntoView({ block: "nearest" });
  if (focus) announce(`New claim: ${wordsOf(span)}`);
  return undefined;
}

/** Back to the text; what was typed stays in the form for when it is opened again. */
export function leave() {
  form().hidden = true;
  textPane.focus({ preventScroll: true });
}

/** Cancel: drop what was typed and leave the selection as it is. */
function close() {
  if (!isOpen()) return;
  const typed = form().elements.note.value || form().querySelector(".draft-restored");
  form().reset();
  form().elements.note.value = "";
  form().hidden = true;
  if (typed) discard(form());
  textPane.focus({ preventScroll: true });
}

/** Take over what the browser has selected. */
function adopt(byTouch) {
  const native = getSelection();
  const range = native.rangeCount && !native.isCollapsed ? native.getRangeAt(0) : null;
  if (!range || !textPane.contains(range.commonAncestorContainer)) return;
  const span = spanOf(range);
  if (!span) return;
  select(span);
  if (!mayMark) return;
  if (isOpen()) {
    fill(span);
    place(span);
  } else if (byTouch) bar.hidden = false;
  else open({ focus: false });
}

/** A press elsewhere lets go of the selection, unless a note hangs on it. */
function letGo() {
  bar.hidden = true;
  if (isOpen() && form().elements.note.value.trim()) return;
  if (isOpen()) form().hidden = true;
  if (selection()) clear();
}

function followPointer() {
  let down = false;
  let touch = false;
  let timer = 0;
  document.addEventListener("pointerdown", (event) => {
    down = true;
    touch = event.pointerType === "touch";
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, ({ target }) => {
      down = false;
      if (touch || !textPane.contains(target)) return;
      // The browser drops an old selection only after the event.
      setTimeout(() => (getSelection().isCollapsed ? letGo() : adopt(false)));
    });
  }
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    // While a pointer drags, or a finger moves the handles, the selection is not yet what is meant.
    timer = setTimeout(() => {
      if (!down) adopt(touch);
      if (touch && getSelection().isCollapsed && !isOpen()) letGo();
    }, SETTLED);
  });
}

/** What was typed before the page was closed comes back with its words. */
function restore() {
  const { start, end, note } = form().elements;
  if (!start.value || !end.value || !note.value) return;
  select({ start: Number(start.value), end: Number(end.value) });
  open({ focus: false });
  announce(`Your unsaved claim is back: ${wordsOf(selection())}`);
}

function answered({ elt, status, target }) {
  if (elt.id !== "new-claim") return;
  // The words are a claim already, which the panel now shows.
  const twin = status === 409 && target === "detail" && !form().elements.note.value.trim();
  if (status === 200 || twin) {
    form().reset();
    form().elements.note.value = "";
    form().querySelector(".draft-restored")?.remove();
    form().hidden = true;
    getSelection().removeAllRanges();
    clear();
  } else if (isOpen() && selection()) {
    fill(selection());
    place(selection());
    const problem = form().querySelector("[role='alert']");
    if (!problem) return;
    problem.tabIndex = -1;
    problem.focus();
  }
}

export function start() {
  if (!mayMark) return;
  followPointer();
  onAnswer(answered);
  document.addEventListener("click", ({ target }) => {
    if (target.closest("#new-claim [data-close]")) close();
    if (target.closest("#selection-bar [data-open]")) open({ focus: false });
    if (target.closest("#selection-bar [data-close]")) {
      getSelection().removeAllRanges();
      letGo();
    }
  });
  // A press on the bar must not take the selection away.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  restore();
}
