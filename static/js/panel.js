// The chosen claim's panel: what is in it is painted in the text, and focus stays sensible.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { selection } from "./cursor.js";
import { isTouched, secure } from "./drafts.js";
import { paint, reveal } from "./highlight.js";
import { textPane } from "./text.js";

export const panel = () => document.getElementById("detail");

/** The number of the chosen claim, or none. */
export const chosenNumber = () => Number(panel().dataset.number) || null;

function focusPanel() {
  panel().focus({ preventScroll: true });
}

/** The words that the chosen claim stands on, if it stands anywhere. */
function chosenSpan() {
  const { start, end } = panel().dataset;
  return start ? { start: Number(start), end: Number(end) } : null;
}

/** The button that gives the claim the selected words is there when words are. */
function offerSelection() {
  const form = document.getElementById("move-span");
  const selected = selection();
  if (form) form.hidden = !selected || (form.contains(document.activeElement) && !selected);
  if (!form || !selected) return;
  form.elements.start.value = selected.start;
  form.elements.end.value = selected.end;
}

/**
 * A panel that came with its head alone asks for the rest. Not by itself: were it replaced
 * meanwhile, htmx would look for what else comes with the answer in the panel that is gone.
 */
function complete() {
  const asking = panel();
  if (asking.dataset.rest) load(asking.dataset.rest, { wanted: () => panel() === asking });
}

/** After the panel was replaced, or at the start. */
function show() {
  complete();
  paint("chosen", chosenSpan());
  for (const row of document.querySelectorAll(".claim-row a[aria-current]")) row.removeAttribute("aria-current");
  const number = chosenNumber();
  document.querySelector(`.claim-row[data-number="${number}"] a`)?.setAttribute("aria-current", "true");
  const address = new URL(location.href);
  if (number) address.searchParams.set("claim", number);
  else address.searchParams.delete("claim");
  history.replaceState(null, "", address);
  offerSelection();
  document.dispatchEvent(new CustomEvent("panel:shown"));
}

/** Bring the chosen claim's words into view. */
export function revealChosen() {
  const span = chosenSpan();
  if (span) reveal(paint("chosen", span));
}

let loading = Promise.resolve();

/**
 * Replace the panel, one load after the other. Focus stays in it, or goes to it if asked.
 * @param {string} url
 * @param {{focus?: boolean, wanted?: () => boolean}} options `wanted` is asked when its turn comes
 */
export function load(url, { focus = false, wanted = () => true } = {}) {
  loading = loading.then(async () => {
    if (!wanted() || !(await secure())) return;
    const inside = panel().contains(document.activeElement);
    await htmx.ajax("GET", url, { source: "#claim-list", target: "#detail", swap: "outerHTML" });
    if (focus || (inside && document.activeElement === document.body)) focusPanel();
  });
  return loading;
}

/** Where the eye has to go after a write was refused. */
function focusProblem() {
  const problem = panel().querySelector("[aria-invalid='true'], [role='alert']");
  if (!problem) return focusPanel();
  if (problem.matches("[role='alert']")) problem.tabIndex = -1;
  problem.closest("details")?.setAttribute("open", "");
  problem.focus();
}

async function close() {
  if (!(await secure())) return;
  const empty = document.getElementById("no-claim").content.cloneNode(true);
  panel().replaceWith(empty);
  show();
  textPane.focus({ preventScroll: true });
  announce("Panel closed.");
}

/** Close the panel, if a claim is in it. */
export function closePanel() {
  if (chosenNumber()) close();
}

/** Others changed the claim: show it as it is, unless something is typed in its forms. */
export function changedByOthers() {
  if (!isTouched(panel())) return load(panel().dataset.url);
  const notice = document.getElementById("detail-changed");
  if (notice) notice.hidden = false;
  return undefined;
}

let focused = null;

export function start() {
  show();
  revealChosen();
  document.addEventListener("cursor:change", offerSelection);
  document.addEventListener("panel:stale", () => load(panel().dataset.url, { focus: true }));
  document.addEventListener("htmx:beforeRequest", () => {
    focused = document.activeElement;
  });
  onAnswer(({ verb, status, target }) => {
    // Disabling the button of a form that failed took its focus.
    if (document.activeElement === document.body && focused?.isConnected) focused.focus({ preventScroll: true });
    if (target !== "detail") return;
    show();
    if (status === 409 || status === 422) focusProblem();
    else if (verb === "post" && status === 200 && document.activeElement !== textPane) focusPanel();
    else if (document.activeElement === document.body) focusPanel();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reload]")) load(panel().dataset.url, { focus: true });
    if (!event.target.closest("[data-close-detail]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    close();
  });
}
