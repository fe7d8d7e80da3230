// The list of claims, and the marks in the text: how a claim is opened, and how rows come and go.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { selection } from "./cursor.js";
import * as documentPane from "./document-pane.js";
import { paint, repaint } from "./highlight.js";
import { changedByOthers, chosenNumber, load, panel, revealChosen } from "./panel.js";
import { textPane } from "./text.js";

const list = document.getElementById("claim-list");
const search = document.getElementById("claim-search");

const rows = () => [...list.querySelectorAll(":scope > .claim-row")];
const rowOf = (number) => document.querySelector(`.claim-row[data-number="${number}"]`);
const numberOf = (row) => Number(row.dataset.number);

/** The claim on its way into the panel: the next step starts from it. */
let opening = null;

/**
 * Open a claim in the panel.
 * @param {number} number
 * @param {{focus?: boolean}} options
 */
export async function open(number, { focus = false } = {}) {
  opening = number;
  const row = rowOf(number);
  const url = row?.dataset.url ?? `${location.pathname}?claim=${number}`;
  await load(url, { focus, wanted: () => opening === number });
  if (opening !== number) return;
  opening = null;
  if (chosenNumber() !== number) return;
  rowOf(number)?.scrollIntoView({ block: "nearest" });
  revealChosen();
  announce(`Claim ${number} opened: ${panel().querySelector(".claim-quote").textContent}`);
}

/** The first row after the selection, or the last before it: where a step without a claim goes. */
function rowBeside(direction) {
  const from = selection()?.start ?? (direction > 0 ? -1 : Infinity);
  const all = rows();
  return direction > 0
    ? all.find((row) => Number(row.dataset.start) >= from)
    : all.findLast((row) => Number(row.dataset.start) < from);
}

/** Who waits for the next page of rows. */
let moreRows = () => {};

/** Ask for the next page of rows. */
function loadMore(more) {
  return new Promise((resolve) => {
    moreRows = resolve;
    htmx.trigger(more, "intersect");
  });
}

/**
 * Open the next or the previous claim.
 * @param {1 | -1} direction
 */
export async function step(direction) {
  const current = rowOf(opening ?? chosenNumber());
  let next = current ? (direction > 0 ? current.nextElementSibling : current.previousElementSibling) : rowBeside(direction);
  if (next?.matches(".more-claims")) {
    await loadMore(next);
    next = current.nextElementSibling;
  }
  if (next?.matches(".claim-row")) return open(numberOf(next));
  return announce(rows().length ? `This is the ${direction > 0 ? "last" : "first"} claim.` : "There are no claims yet.");
}

/** Put a row where it stands in reading order, if the list has come that far. */
function insert(row, into) {
  const place = (other) => [Number(other.dataset.start), numberOf(other)];
  const [start, number] = place(row);
  const after = [...into.querySelectorAll(":scope > .claim-row")].find((other) => {
    const [otherStart, otherNumber] = place(other);
    return otherStart > start || (otherStart === start && otherNumber > number);
  });
  const more = into.querySelector(":scope > .more-claims");
  if (after) after.before(row);
  else if (!more) into.append(row);
}

function hadFocus(row) {
  return row?.contains(document.activeElement) ?? false;
}

/** Take in the rows that came with an answer, and mark the panel's claim as changed if it is. */
function takeIn() {
  const incoming = document.getElementById("changed-rows");
  if (!incoming.children.length) return;
  let stale = false;
  for (const row of [...incoming.children]) {
    const old = list.parentElement.querySelector(`.claim-list [id="${row.id}"]`);
    const refocus = hadFocus(old);
    const shown = Boolean(old) || !search.value.trim();
    old?.remove();
    row.remove();
    const withdrawn = document.getElementById("withdrawn-list");
    if (row.matches(".withdrawn")) {
      if (withdrawn.dataset.loaded) insert(row, withdrawn);
    } else if (shown) insert(row, list);
    if (refocus) row.querySelector("a").focus({ preventScroll: true });
    const chosen = numberOf(row) === chosenNumber();
    if (chosen) row.querySelector("a").setAttribute("aria-current", "true");
    if (chosen && Number(row.dataset.version) > Number(panel().dataset.version)) stale = true;
  }
  repaint();
  if (stale) changedByOthers();
}

/** A click on overlapping marks opens the innermost claim, the next one out, and round again. */
function openMark(mark) {
  const numbers = mark.dataset.claims.split(" ").map(Number);
  const at = numbers.indexOf(chosenNumber());
  const next = numbers.at(at < 0 ? -1 : at - 1);
  if (next === chosenNumber() && documentPane.isOpen()) documentPane.showPassage();
  else open(next, { focus: true });
}

function hover({ target }) {
  const row = target.closest?.(".claim-row");
  const span = row?.dataset.start ? { start: Number(row.dataset.start), end: Number(row.dataset.end) } : null;
  paint("hovered", span);
}

export function start() {
  rowOf(chosenNumber())?.scrollIntoView({ block: "nearest" });
  onAnswer(({ elt }) => {
    takeIn();
    if (elt.matches(".more-claims")) moreRows();
  });
  textPane.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-claims]");
    if (mark && getSelection().isCollapsed) openMark(mark);
  });
  const section = list.closest("section");
  section.addEventListener("click", (event) => {
    const link = event.target.closest(".claim-row a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(numberOf(link.closest(".claim-row")), { focus: true });
  });
  section.addEventListener("mouseover", hover);
  section.addEventListener("focusin", hover);
  section.addEventListener("mouseleave", () => paint("hovered", null));
  section.addEventListener("focusout", () => paint("hovered", null));
  // Enter is no more than typing here: the list is already what was searched.
  search.form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("withdrawn-list").addEventListener("htmx:afterSwap", ({ currentTarget }) => {
    currentTarget.dataset.loaded = "yes";
  });
}
