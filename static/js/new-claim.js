// Marking a claim: from the browser's selection, or from the keyboard's, by a small form.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { articleCursor, selection } from "./cursor.js";
import { discard, isReady } from "./drafts.js";
import { followPointer } from "./pointer.js";
import { articleText, textPane } from "./text.js";

const bar = document.getElementById("selection-bar");
const mayMark = "mayMark" in document.getElementById("annotate").dataset;

const form = () => document.getElementById("new-claim");
export const isOpen = () => mayMark && !form().hidden;

/** Below the last line of the selection, in the pane that scrolls with the text. */
function place(span) {
  const pane = textPane.closest(".annotate-text");
  const frame = pane.getBoundingClientRect();
  const lines = articleText.rangeOf(span).getClientRects();
  const last = lines[lines.length - 1];
  const left = Math.max(0, Math.min(last.left - frame.left, frame.width - form().offsetWidth - 16));
  form().style.setProperty("--top", `${last.bottom - frame.top + pane.scrollTop + 8}px`);
  form().style.setProperty("--left", `${left}px`);
}

function fill(span) {
  const { elements } = form();
  elements.start.value = span.start;
  elements.end.value = span.end;
  document.getElementById("new-claim-words").textContent = articleText.wordsOf(span);
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
  // Another form may be waiting for words: then it takes the event.
  if (!document.dispatchEvent(new CustomEvent("selection:use", { cancelable: true, detail: span }))) return undefined;
  fill(span);
  form().hidden = false;
  place(span);
  form().scrollIntoView({ block: "nearest" });
  if (!focus || !isReady(form())) return undefined;
  form().elements.note.focus({ preventScroll: true });
  announce(`New claim: ${articleText.wordsOf(span)}`);
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

/** Take over what a pointer has selected. */
function adopt(span, byTouch) {
  articleCursor.select(span);
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
  if (selection()) articleCursor.clear();
}

/** What was typed before the page was closed comes back with its words. */
function restore() {
  const { start, end, note } = form().elements;
  if (!start.value || !end.value || !note.value) return;
  articleCursor.select({ start: Number(start.value), end: Number(end.value) });
  open({ focus: false });
  announce(`Your unsaved claim is back: ${articleText.wordsOf(selection())}`);
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
    articleCursor.clear();
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
  followPointer(articleText, { adopt, letGo, holds: isOpen });
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
