// The keys of the page; templates/articles/_help_article.html lists them.

import { announce } from "./announce.js";
import * as chain from "./chain.js";
import * as claims from "./claims.js";
import { articleCursor, cursorHere, selection } from "./cursor.js";
import * as documentPane from "./document-pane.js";
import { isReady } from "./drafts.js";
import { showHelp } from "./help.js";
import * as newClaim from "./new-claim.js";
import { closePanel, panel } from "./panel.js";
import * as queue from "./queue.js";
import { singleKeys } from "./single-keys.js";
import * as suggestions from "./suggestions.js";
import { textPane } from "./text.js";
import { undo } from "./toasts.js";

const TEXT_CONTROL = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
const CONTROL = `${TEXT_CONTROL}, a, button, input, summary`;

function need(element, missing) {
  if (!element) announce(missing);
  return element;
}

const NO_CLAIM = "Open a claim first: n opens the next.";

/** Choose the radio button of the verdict that has this value or place. */
function choose(name, find) {
  const options = [...panel().querySelectorAll(`#verdict-form [name$="-${name}"]`)];
  const option = need(options.find(find), panel().dataset.number ? "This claim takes no verdict now." : NO_CLAIM);
  if (!option || !isReady(option.form)) return;
  option.click();
  option.closest("fieldset").scrollIntoView({ block: "nearest" });
  announce(`${option.closest("fieldset").querySelector("legend").firstChild.data.trim()}: ${option.labels[0].textContent.trim()}`);
}

const rate = (place) => () => choose("rating", (_, index) => index === place - 1);
const attribute = (value) => () => choose("attribution_accuracy", (option) => option.value === value);

/** To the rationale's end, always: whoever types it must not be in a radio button, where letters act. */
function goToVerdict() {
  const form = need(document.getElementById("verdict-form"), panel().dataset.number ? "This claim takes no verdict now." : NO_CLAIM);
  if (!form || !isReady(form)) return;
  const rationale = form.querySelector("textarea");
  rationale.setSelectionRange(rationale.value.length, rationale.value.length);
  rationale.focus();
}

function goToSource() {
  const field = need(panel().querySelector("#evidence-form input[type=text]"), panel().dataset.number ? "This claim takes no source now." : NO_CLAIM);
  if (field && isReady(field.form)) field.focus();
}

function withdraw() {
  need(document.getElementById("withdraw"), panel().dataset.number ? "This claim cannot be withdrawn." : NO_CLAIM)?.click();
}

function reanchor() {
  if (!selection()) return announce("Select the words that the claim shall have first.");
  return need(document.getElementById("move-span"), panel().dataset.number ? "This claim keeps its words." : NO_CLAIM)?.requestSubmit();
}

const SINGLE = {
  j: () => cursorHere().move("sentence", 1),
  k: () => cursorHere().move("sentence", -1),
  w: () => cursorHere().move("word", 1),
  b: () => cursorHere().move("word", -1),
  J: () => cursorHere().stretch("sentence", "extend"),
  K: () => cursorHere().stretch("sentence", "shrink"),
  W: () => cursorHere().stretch("word", "extend"),
  B: () => cursorHere().stretch("word", "shrink"),
  o: () => cursorHere().swapEnd(),
  r: reanchor,
  n: () => claims.step(1),
  p: () => claims.step(-1),
  s: suggestions.next,
  e: goToSource,
  t: chain.build,
  d: () => need(panel().dataset.number, NO_CLAIM) && documentPane.openNext(),
  v: goToVerdict,
  x: withdraw,
  u: undo,
  a: attribute("accurate"),
  l: attribute("altered"),
  m: attribute("misattributed"),
  f: attribute("not_found"),
  i: attribute("not_applicable"),
  N: queue.next,
  S: queue.skip,
  H: queue.handBack,
  q: queue.leave,
  "/": () => document.getElementById("claim-search").focus(),
  "?": showHelp,
};
for (let place = 1; place <= 9; place += 1) SINGLE[place] = rate(place);

/** One level back: from a form to the text, from a selection to none, from a document and a claim to none. */
function back() {
  if (newClaim.isOpen()) return newClaim.leave();
  if (documentPane.covers()) return documentPane.close();
  if (document.activeElement !== textPane) return textPane.focus({ preventScroll: true });
  if (selection()) {
    articleCursor.clear();
    getSelection().removeAllRanges();
    return announce("Nothing is selected.");
  }
  return documentPane.isOpen() ? documentPane.close() : closePanel();
}

function enter(event) {
  const inForm = event.target.closest("#new-claim textarea");
  if (inForm && !event.shiftKey) return () => inForm.form.requestSubmit();
  if (event.target.closest(CONTROL) || event.shiftKey) return null;
  return event.target.closest("#document-pane") ? documentPane.take : newClaim.open;
}

/** In a form that is being saved nothing is typed any more: keys go on from there. */
const isTyping = (target) => target.closest(TEXT_CONTROL) && !target.closest("form.htmx-request");

/** What a key does where it was pressed, or nothing. */
function actionFor(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (!target.closest("#annotate")) return null;
  if (key === "Escape") return back;
  if (key === "Enter") return enter(event);
  if (!singleKeys() || isTyping(target)) return null;
  if (!target.closest("#text, .annotate-claims, #detail, #document-pane")) return null;
  return Object.hasOwn(SINGLE, key) ? SINGLE[key] : null;
}

export function start() {
  document.addEventListener("keydown", (event) => {
    // 229: a key that an input method takes.
    if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    // Held down, it would go past claims.
    if (!event.repeat || action !== queue.next) action();
  });
}
