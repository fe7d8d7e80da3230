// What is selected in the text: moved by keys, or taken over from the browser's own selection.

import { announce } from "./announce.js";
import { canPaint, paint, reveal } from "./highlight.js";
import { claimsIn, textPane, wordsOf } from "./text.js";
import { nextEnd, nextStart, nextUnit, previousEnd, previousStart, previousUnit } from "./units.js";

/**
 * @typedef {object} Selected
 * @property {number} start in code points
 * @property {number} end in code points, exclusive
 * @property {"sentence" | "word" | "free"} unit what it was made of
 * @property {"start" | "end"} head the end that moves
 */

/** @type {Selected | null} */
let selected = null;
/** @type {Selected | null} Where the next movement starts; it outlives the selection. */
let place = null;

/** @returns {Selected | null} */
export const selection = () => selected;

function show(span) {
  const range = paint("cursor", span);
  if (range && !canPaint) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  document.dispatchEvent(new CustomEvent("cursor:change"));
  return range;
}

/** Select without a word: what a pointer selects, its person sees. */
export function select(span) {
  selected = place = { unit: "free", head: "end", ...span };
  return show(selected);
}

/** Select nothing; keys go on from where the selection was. */
export function clear() {
  selected = null;
  show(null);
}

/** Select by a key: bring it in view, and say it. */
function selectAndTell(span, words) {
  if (canPaint) getSelection().removeAllRanges();
  if (document.activeElement !== textPane) textPane.focus({ preventScroll: true });
  const range = select(span);
  reveal(range);
  const numbers = claimsIn(range);
  const inside = numbers.length ? ` In claim${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}.` : "";
  announce(`${words}${wordsOf(span)}${inside}`);
}

/** The offset from which a first movement starts: the top of what is in view. */
function topOfView() {
  const blocks = [...textPane.querySelectorAll(".block")];
  const top = Math.max(0, textPane.closest(".annotate-text").getBoundingClientRect().top);
  const shown = blocks.find((block) => block.getBoundingClientRect().bottom > top + 1);
  return Number(shown?.dataset.start ?? 0);
}

/**
 * Select the next or previous sentence or word.
 * @param {"sentence" | "word"} kind
 * @param {1 | -1} direction
 */
export function move(kind, direction) {
  // From a sentence, a step by word goes into it; from a word, on to the next.
  const enters = kind === "word" && place?.unit !== "word";
  let unit;
  if (!place) unit = nextUnit(kind, topOfView()) ?? previousUnit(kind, Infinity);
  else if (direction > 0) unit = nextUnit(kind, enters ? place.start : place.end);
  else unit = previousUnit(kind, enters ? place.end : place.start);
  if (unit) selectAndTell({ ...unit, unit: kind, head: "end" }, "");
  else announce(direction > 0 ? "End of the text." : "Start of the text.");
}

/**
 * Move the end that moves, outward or back, by a sentence or word.
 * @param {"sentence" | "word"} kind
 * @param {"extend" | "shrink"} how
 */
export function stretch(kind, how) {
  if (!selected) return move(kind, 1);
  const { start, end, head } = selected;
  const atEnd = head === "end";
  const extends_ = how === "extend";
  const edge = atEnd
    ? (extends_ ? nextEnd(kind, end) : previousEnd(kind, end))
    : (extends_ ? previousStart(kind, start) : nextStart(kind, start));
  if (edge === undefined) return announce(extends_ ? "No more text." : "No less text.");
  const span = atEnd ? { start, end: edge } : { start: edge, end };
  if (span.start >= span.end) return announce(`One ${kind} is the least.`);
  selectAndTell({ ...span, unit: kind, head }, extends_ ? "Extended to: " : "Shrunk to: ");
}

export function swapEnd() {
  if (!selected) return announce("Nothing is selected.");
  selected = place = { ...selected, head: selected.head === "end" ? "start" : "end" };
  announce(`The ${selected.head} of the selection moves now.`);
}
