// What is selected in a text: moved by keys, or taken over from the browser's own selection.

import { announce } from "./announce.js";
import { canPaint, paint, reveal } from "./highlight.js";
import { articleText, claimsIn, documentText } from "./text.js";
import { nextEnd, nextStart, nextUnit, previousEnd, previousStart, previousUnit } from "./units.js";

/**
 * @typedef {object} Selected
 * @property {number} start in code points
 * @property {number} end in code points, exclusive
 * @property {"sentence" | "word" | "free"} unit what it was made of
 * @property {"start" | "end"} head the end that moves
 */

/** The selection in one text. */
class Cursor {
  /** @param {import("./text.js").Pane} pane */
  constructor(pane) {
    this.pane = pane;
    this.forget();
  }

  /** Begin anew, as in a text just opened. */
  forget() {
    /** @type {Selected | null} */
    this.selected = null;
    /** @type {Selected | null} Where the next movement starts; it outlives the selection. */
    this.place = null;
  }

  show(span) {
    const range = paint("cursor", span, this.pane);
    if (range && !canPaint) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    document.dispatchEvent(new CustomEvent("cursor:change"));
    return range;
  }

  /** Select without a word: what a pointer selects, its person sees. */
  select(span) {
    this.selected = this.place = { unit: "free", head: "end", ...span };
    return this.show(this.selected);
  }

  /** Select nothing; keys go on from where the selection was. */
  clear() {
    this.selected = null;
    this.show(null);
  }

  /** Select by a key: bring it in view, and say it. */
  selectAndTell(span, words) {
    if (canPaint) getSelection().removeAllRanges();
    if (document.activeElement !== this.pane.element) this.pane.element.focus({ preventScroll: true });
    const range = this.select(span);
    reveal(range, this.pane);
    const numbers = claimsIn(range);
    const inside = numbers.length ? ` In claim${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}.` : "";
    announce(`${words}${this.pane.wordsOf(span)}${inside}`);
  }

  /** The offset from which a first movement starts: the top of what is in view. */
  topOfView() {
    const top = Math.max(0, this.pane.element.closest(".text-scroller").getBoundingClientRect().top);
    const shown = this.pane.blocks().find(({ element }) => element.getBoundingClientRect().bottom > top + 1);
    return shown?.start ?? 0;
  }

  /**
   * Select the next or previous sentence or word.
   * @param {"sentence" | "word"} kind
   * @param {1 | -1} direction
   */
  move(kind, direction) {
    const { pane, place } = this;
    // From a sentence, a step by word goes into it; from a word, on to the next.
    const enters = kind === "word" && place?.unit !== "word";
    let unit;
    if (!place) unit = nextUnit(pane, kind, this.topOfView()) ?? previousUnit(pane, kind, Infinity);
    else if (direction > 0) unit = nextUnit(pane, kind, enters ? place.start : place.end);
    else unit = previousUnit(pane, kind, enters ? place.end : place.start);
    if (unit) this.selectAndTell({ ...unit, unit: kind, head: "end" }, "");
    else announce(direction > 0 ? "End of the text." : "Start of the text.");
  }

  /**
   * Move the end that moves, outward or back, by a sentence or word.
   * @param {"sentence" | "word"} kind
   * @param {"extend" | "shrink"} how
   */
  stretch(kind, how) {
    if (!this.selected) return this.move(kind, 1);
    const { pane } = this;
    const { start, end, head } = this.selected;
    const atEnd = head === "end";
    const extends_ = how === "extend";
    const edge = atEnd
      ? (extends_ ? nextEnd(pane, kind, end) : previousEnd(pane, kind, end))
      : (extends_ ? previousStart(pane, kind, start) : nextStart(pane, kind, start));
    if (edge === undefined) return announce(extends_ ? "No more text." : "No less text.");
    const span = atEnd ? { start, end: edge } : { start: edge, end };
    if (span.start >= span.end) return announce(`One ${kind} is the least.`);
    return this.selectAndTell({ ...span, unit: kind, head }, extends_ ? "Extended to: " : "Shrunk to: ");
  }

  swapEnd() {
    if (!this.selected) return announce("Nothing is selected.");
    this.selected = this.place = { ...this.selected, head: this.selected.head === "end" ? "start" : "end" };
    return announce(`The ${this.selected.head} of the selection moves now.`);
  }
}

export const articleCursor = new Cursor(articleText);
export const documentCursor = new Cursor(documentText);

/** What is selected in the article. */
export const selection = () => articleCursor.selected;

/** The cursor of the text that the keys are for: the document's while the focus is beside it. */
export const cursorHere = () => (document.activeElement.closest("#document-pane") ? documentCursor : articleCursor);
