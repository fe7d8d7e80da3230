// The document that the chosen claim's evidence rests on, open beside the article.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { documentCursor } from "./cursor.js";
import { paint, reveal } from "./highlight.js";
import { panel, revealChosen } from "./panel.js";
import { followPointer } from "./pointer.js";
import { documentText, textPane } from "./text.js";

const pane = () => document.getElementById("document-pane");
const form = () => document.getElementById("passage-form");
export const isOpen = () => !pane().hidden;

/** Whether the pane lies over the article, as on a narrow screen. */
export const covers = () => isOpen() && getComputedStyle(pane()).position === "fixed";

/** The chosen claim's evidence that has a document. */
const items = () => [...panel().querySelectorAll("[data-evidence]")];

/** The evidence in the panel that the pane belongs to. */
const openItem = () => items().find(({ dataset }) => dataset.evidence === pane().dataset.evidence);

/** @type {{start: number, end: number} | null} */
let proposal = null;

function spanIn({ start, end }) {
  return start ? { start: Number(start), end: Number(end) } : null;
}

/** The passage that counts, if one is chosen. */
const passage = () => (openItem() ? spanIn(openItem().dataset) : null);

/** Bring a span into view. Blocks far off get their height as they come near: go there until they stay. */
function revealSpan(span) {
  const range = documentText.rangeOf(span);
  const block = range.startContainer.parentElement.closest(".block");
  let frames = 5;
  const approach = () => {
    if (!block.isConnected) return;
    block.scrollIntoView({ block: "nearest" });
    frames -= 1;
    if (frames) requestAnimationFrame(approach);
    else reveal(range, documentText);
  };
  approach();
}

/** What the bar says of the selection, and whether it can be taken. */
function showSelection() {
  if (!isOpen() || !form()) return;
  const span = documentCursor.selected;
  const proposed = Boolean(span && proposal) && span.start === proposal.start && span.end === proposal.end;
  const [kind, words, why] = ["kind", "words", "why"].map((part) => form().querySelector(`[data-passage-${part}]`));
  if (span) kind.textContent = proposed ? "Proposed passage" : "Selected";
  else kind.textContent = passage() ? "The passage that counts is marked" : "Select the passage that counts";
  words.textContent = span ? documentText.wordsOf(span) : "";
  if (why) why.hidden = !proposed;
  form().elements.start.value = span?.start ?? "";
  form().elements.end.value = span?.end ?? "";
  form().querySelector("button").disabled = !span;
}

/** Follow the panel: paint the passage it shows, and close when its claim has none of this. */
function follow() {
  if (!isOpen()) return undefined;
  const item = openItem();
  if (!item) return close();
  if (item.dataset.document !== pane().dataset.document) return open(item);
  paint("passage", passage(), documentText);
  if (form()) form().elements.version.value = panel().dataset.version;
  return showSelection();
}

/** After the pane was filled. */
function begin() {
  documentCursor.forget();
  pane().querySelector("[data-show-claim]").hidden = false;
  proposal = form() && spanIn({ start: form().elements.start.value, end: form().elements.end.value });
  if (proposal) documentCursor.select(proposal);
  else documentCursor.clear();
  follow();
  const span = passage() ?? proposal;
  if (span) revealSpan(span);
}

let opening = Promise.resolve();

/**
 * Open the document of a piece of evidence, with the focus in its text; one after the other.
 * @param {HTMLElement} item
 */
function open(item) {
  opening = opening.then(() => show(item));
  return opening;
}

async function show(item) {
  const { url, evidence, document: wanted } = item.dataset;
  if (pane().dataset.evidence !== evidence || pane().dataset.document !== wanted) {
    paint("passage", null, documentText);
    documentCursor.clear();
    await htmx.ajax("GET", url, { source: "#document-pane", target: "#document-pane", swap: "outerHTML" });
    if (!isOpen()) return;
    begin();
    // The article's column has become narrower, and its words have moved.
    revealChosen();
  } else if (passage()) revealSpan(passage());
  documentText.element.focus({ preventScroll: true });
  const title = document.getElementById("document-heading").textContent;
  const span = passage() ?? proposal;
  const what = passage() ? "Passage" : "Proposed passage, Enter takes it";
  announce(`${title}. ${span ? `${what}: ${documentText.wordsOf(span)}` : "Select the passage that counts."}`);
}

/** Open the document that a link of the panel leads to, at the words it names. */
async function openAt(link) {
  await open(link.closest("[data-evidence]"));
  const { spanStart: start, spanEnd: end } = link.dataset;
  if (!start || !isOpen()) return;
  const span = spanIn({ start, end });
  documentCursor.select(span);
  revealSpan(span);
  announce(`In the document: ${documentText.wordsOf(span)}`);
}

/** Open the chosen claim's document; from inside it, the next; without one, go to the choice. */
export function openNext() {
  const all = items();
  const at = all.indexOf(openItem());
  const inside = pane().contains(document.activeElement);
  if (all.length) return open(all[inside ? (at + 1) % all.length : Math.max(at, 0)]);
  const choice = panel().querySelector(".choose-document select");
  if (!choice) return announce("This claim rests on no stored document yet.");
  choice.focus();
  return undefined;
}

export function close() {
  if (!isOpen()) return;
  const inside = pane().contains(document.activeElement);
  paint("passage", null, documentText);
  documentCursor.clear();
  const closed = document.createElement("div");
  closed.id = "document-pane";
  closed.hidden = true;
  pane().replaceWith(closed);
  proposal = null;
  revealChosen();
  if (inside) textPane.focus({ preventScroll: true });
  announce("Document closed.");
}

/** Back to the article; the document stays open where both are in sight. */
export function leave() {
  if (covers()) close();
  else textPane.focus({ preventScroll: true });
}

/** Take what is selected as the passage that counts. */
export function take() {
  if (!form()) return announce("Your role does not choose the passage.");
  if (!documentCursor.selected) return announce("Select the passage first: j chooses a sentence, w a word.");
  return form().requestSubmit();
}

/** From the claim's words in the article to the passage. */
export function showPassage() {
  if (!passage()) return;
  revealSpan(passage());
  announce(`Passage: ${documentText.wordsOf(passage())}`);
}

/** From the passage to the claim's words in the article. */
function showClaim() {
  leave();
  revealChosen();
  announce(`Claim ${panel().dataset.number}: ${panel().querySelector(".claim-quote").textContent}`);
}

function onPassage({ clientX: x, clientY: y }) {
  const rects = passage() ? [...documentText.rangeOf(passage()).getClientRects()] : [];
  return rects.some((rect) => x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom);
}

function clicked(event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = target.closest("[data-open-document], [data-close-pane]");
  if (link) event.preventDefault();
  if (target.closest("[data-open-document]")) openAt(link);
  else if (target.closest("[data-close-pane]")) close();
  else if (target.closest("[data-show-claim]")) showClaim();
  else if (documentText.contains(target) && getSelection().isCollapsed && onPassage(event)) showClaim();
}

function answered({ elt, status }) {
  if (status !== 200) return;
  if (elt.id === "passage-form") {
    documentCursor.clear();
    getSelection().removeAllRanges();
    if (covers()) close();
  } else if (elt.matches(".choose-document")) {
    const item = items().find(({ dataset }) => elt.action.includes(dataset.evidence));
    if (item) open(item);
  }
}

export function start() {
  followPointer(documentText, {
    adopt: (span) => documentCursor.select(span),
    letGo: () => documentCursor.clear(),
    holds: () => true,
  });
  document.addEventListener("cursor:change", showSelection);
  document.addEventListener("panel:shown", follow);
  document.addEventListener("click", clicked);
  onAnswer(answered);
  if (isOpen()) begin();
}
