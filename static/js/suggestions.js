// Proposed claims: gone through one after the other, each accepted, edited or dismissed by a key.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { articleCursor, selection } from "./cursor.js";
import { paint, reveal } from "./highlight.js";
import * as newClaim from "./new-claim.js";
import { singleKeys } from "./single-keys.js";
import { textPane } from "./text.js";

const CLOSED = "factcheck.proposals";
const CONTROL = "a, button, input, summary";
const TEXT_CONTROL = "textarea, select, input:not([type=radio], [type=checkbox])";

const list = () => document.getElementById("suggestions");
const rows = () => [...list().querySelectorAll(".suggestion")];
const spanOf = (row) => ({ start: Number(row.dataset.start), end: Number(row.dataset.end) });

/** @type {string | null} The id of the chosen row. */
let chosen = null;
/** @type {string | null} The id of the row that comes after the one being settled. */
let following = null;
let busy = false;
/** The number of the claim in the panel: another one there takes the keys over. */
let opened;
/** Whether the selection is a proposal being edited. */
let editing = false;

const chosenRow = () => (chosen ? document.getElementById(chosen) : null);

/** Let go of the chosen proposal; it stays in the list. */
function leave() {
  chosenRow()?.removeAttribute("aria-current");
  chosen = null;
  paint("proposed", null);
}

/** Bring a row into view in the boxes that scroll it, without moving the page from the text. */
function scrollTo(row) {
  for (const box of [row.parentElement, row.closest(".annotate-claims")]) {
    const { top, bottom } = box.getBoundingClientRect();
    const { top: first, bottom: last } = row.getBoundingClientRect();
    if (first < top || last > bottom) box.scrollTop += first < top ? first - top : Math.min(last - bottom, first - top);
  }
}

function choose(row) {
  leave();
  chosen = row.id;
  row.setAttribute("aria-current", "true");
  list().open = true;
  scrollTo(row);
  if (selection()) articleCursor.clear();
  reveal(paint("proposed", spanOf(row)));
  const all = rows();
  const read = (part) => row.querySelector(part).textContent.replace(/\s+/g, " ").trim();
  announce(`Proposal ${all.indexOf(row) + 1} of ${all.length}: ${read(".suggestion-words")} By ${read(".suggestion-credit")}. Enter accepts, e edits, x dismisses.`);
}

/** Choose the proposal after the chosen one, or the first from the selection on. */
export function next() {
  const all = rows();
  if (!all.length) return announce("No claims are proposed.");
  if (list().contains(document.activeElement) || document.activeElement === document.body) textPane.focus({ preventScroll: true });
  const at = all.indexOf(chosenRow());
  const from = selection()?.start ?? 0;
  return choose(at < 0 ? (all.find((row) => spanOf(row).start >= from) ?? all[0]) : all[(at + 1) % all.length]);
}

/** @param {"accept" | "dismiss"} how */
function settle(how) {
  if (!busy) chosenRow().querySelector(`[data-settle="${how}"]`).requestSubmit();
}

function suggestionField() {
  return document.getElementById("new-claim").elements.suggestion;
}

/** Select the proposed words: from here on they are marked like any selection. */
function edit(row, { pointer = false } = {}) {
  leave();
  articleCursor.selectAndTell({ ...spanOf(row), unit: "free", head: "end" }, "Editing the proposal: ");
  suggestionField().value = row.id.replace("suggestion-", "");
  editing = true;
  if (pointer) newClaim.open({ focus: false });
}

function stopEditing() {
  editing = false;
  suggestionField().value = "";
}

const KEYS = {
  Enter: () => settle("accept"),
  e: () => edit(chosenRow()),
  E: () => edit(chosenRow()),
  x: () => settle("dismiss"),
  Backspace: () => settle("dismiss"),
  Delete: () => settle("dismiss"),
  Escape: () => {
    leave();
    announce("Left the proposals.");
  },
};

/** Runs before the page's own keys: with a proposal chosen, some of them are about it. */
function pressed(event) {
  const { target, key } = event;
  if (!chosenRow() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || newClaim.isOpen() || target.closest(TEXT_CONTROL)) return;
  if (!Object.hasOwn(KEYS, key) || !target.closest("#text, .annotate-claims")) return;
  if (key === "Enter" && target.closest(CONTROL)) return;
  if (key !== "Enter" && key !== "Escape" && !singleKeys()) return;
  event.preventDefault();
  event.stopPropagation();
  if (!event.repeat) KEYS[key]();
}

function recount() {
  const count = document.getElementById("suggestions-count");
  const left = rows().length;
  if (count && left) count.textContent = left;
  if (list().matches("details") && !left) list().hidden = true;
}

/** Take out the proposals that others have settled. */
function prune() {
  const open = document.getElementById("suggestions-open");
  if (!open || !("open" in open.dataset)) return;
  const ids = new Set(open.dataset.open.split(" ").map((pk) => `suggestion-${pk}`));
  for (const row of rows()) if (!ids.has(row.id)) row.remove();
  delete open.dataset.open;
}

/** After a proposal was settled: on to the next, by the way one came. */
function goOn(settled, how) {
  const row = document.getElementById(following) ?? rows()[0];
  if (settled.id === chosen) {
    leave();
    if (row) return choose(row);
    return announce("That was the last proposal.");
  }
  // The button that was pressed has gone, and the focus with it.
  if (document.activeElement !== document.body) return undefined;
  return (row?.querySelector(`[data-settle="${how}"] button`) ?? textPane).focus({ preventScroll: true });
}

function answered({ elt, status, verb }) {
  const settled = elt.closest?.(".suggestion");
  prune();
  recount();
  if (elt.id === "new-claim" && status !== 422) stopEditing();
  if (settled && verb === "post") {
    busy = false;
    if (status === 200 || status === 409) goOn(settled, elt.dataset.settle);
  } else if (chosen && !chosenRow()) leave();
  const { number } = document.getElementById("detail").dataset;
  if (number !== opened) leave();
  opened = number;
  const returned = list().querySelector("[data-returned]");
  if (!returned) return;
  returned.removeAttribute("data-returned");
  choose(returned);
}

function requested({ detail }) {
  const row = detail.elt.closest(".suggestion");
  if (!row) return;
  busy = true;
  const all = rows();
  following = (all[all.indexOf(row) + 1] ?? all[0]).id;
}

function clicked({ target }) {
  const row = target.closest("#suggestions .suggestion");
  if (!row) return;
  if (target.closest("[data-edit-suggestion]")) edit(row, { pointer: true });
  else if (!target.closest(CONTROL)) choose(row);
}

/** The list is open or closed as this person left it. */
function remember() {
  if (list().matches("details") && localStorage.getItem(CLOSED) === "closed") list().open = false;
}

export function start() {
  if (!list()) return;
  opened = document.getElementById("detail").dataset.number;
  onAnswer(answered);
  document.addEventListener("htmx:load", ({ detail }) => detail.elt.id === "suggestions" && remember());
  document.addEventListener("htmx:beforeRequest", requested);
  document.addEventListener("keydown", pressed, { capture: true });
  document.addEventListener("click", clicked);
  document.addEventListener("click", ({ target }) => {
    const summary = target.closest("#suggestions > summary");
    if (summary) localStorage.setItem(CLOSED, list().open ? "closed" : "open");
  });
  document.addEventListener("mouseover", ({ target }) => {
    const row = target.closest?.("#suggestions .suggestion");
    if (row) paint("hovered", spanOf(row));
  });
  document.addEventListener("cursor:change", () => {
    if (selection() && chosen) leave();
    if (!selection() && editing) stopEditing();
  });
}
