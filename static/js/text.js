// A text on the page, the article's or a document's: spans of code points to DOM ranges, and back.

import { countPoints, snap, toPoints, toUnits } from "./offsets.js";

const PARTING = "\n\n";

/** @typedef {{element: HTMLElement, start: number, end: number}} Block */

/**
 * The index of the block that holds the character at an offset, or that stands before it.
 * @param {Block[]} all
 * @param {number} offset
 */
export function blockIndex(all, offset) {
  let low = 0;
  let high = all.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (all[middle].start <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** Where an offset of a block lies in the DOM. */
function boundary(block, offset) {
  const walker = document.createTreeWalker(block.element, NodeFilter.SHOW_TEXT);
  let left = Math.min(offset, block.end) - block.start;
  let node = walker.nextNode();
  let last = node;
  for (; node; node = walker.nextNode()) {
    const length = countPoints(node.data);
    if (left <= length) return [node, toUnits(node.data, left)];
    left -= length;
    last = node;
  }
  return [last, last.data.length];
}

/** How many UTF-16 units of a block lie before a point in it. */
function unitsBefore(block, node, offset) {
  const before = document.createRange();
  before.selectNodeContents(block.element);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** A text that one can select in. Its element may be replaced, and may be missing. */
export class Pane {
  /** @param {string} id of the element that holds the blocks */
  constructor(id) {
    this.id = id;
  }

  get element() {
    return document.getElementById(this.id);
  }

  /** What scrolls the text: a part of the page, or on a narrow screen the whole of it. */
  get scroller() {
    const part = this.element.closest(".text-scroller");
    return getComputedStyle(part).overflowY === "auto" ? part : document.scrollingElement;
  }

  /** @param {Node} node */
  contains(node) {
    return this.element?.contains(node) ?? false;
  }

  /** @returns {Block[]} */
  blocks() {
    return [...this.element.querySelectorAll(".block")].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));
  }

  /**
   * The DOM range of a span of the text.
   * @param {{start: number, end: number}} span
   */
  rangeOf({ start, end }) {
    const all = this.blocks();
    const range = document.createRange();
    range.setStart(...boundary(all[blockIndex(all, start)], start));
    range.setEnd(...boundary(all[blockIndex(all, end - 1)], end));
    return range;
  }

  /**
   * The span of what a range covers of the text: whole characters, no white space at the ends.
   * @param {Range} range
   * @returns {{start: number, end: number} | null}
   */
  spanOf(range) {
    const touched = this.blocks().filter((block) => range.intersectsNode(block.element));
    const pieces = touched.map((block) => {
      const text = block.element.textContent;
      const holds = (node) => block.element.contains(node);
      const from = holds(range.startContainer) ? unitsBefore(block, range.startContainer, range.startOffset) : 0;
      const to = holds(range.endContainer) ? unitsBefore(block, range.endContainer, range.endOffset) : text.length;
      const units = snap(text, from, to);
      return units && { start: block.start + toPoints(text, units[0]), end: block.start + toPoints(text, units[1]) };
    });
    const filled = pieces.filter(Boolean);
    return filled.length ? { start: filled[0].start, end: filled.at(-1).end } : null;
  }

  /**
   * The words of a span.
   * @param {{start: number, end: number}} span
   */
  wordsOf({ start, end }) {
    const all = this.blocks();
    return all
      .slice(blockIndex(all, start), blockIndex(all, end - 1) + 1)
      .map((block) => {
        const text = block.element.textContent;
        return text.slice(toUnits(text, Math.max(0, start - block.start)), toUnits(text, end - block.start));
      })
      .join(PARTING);
  }
}

export const articleText = new Pane("text");
export const documentText = new Pane("document-text");
export const textPane = articleText.element;

/**
 * The numbers of the claims that a range touches.
 * @param {Range} range
 * @returns {number[]}
 */
export function claimsIn(range) {
  const inside = [...range.cloneContents().querySelectorAll("mark[data-claims]")];
  const around = range.startContainer.parentElement?.closest("mark[data-claims]");
  const numbers = [around, ...inside].filter(Boolean).flatMap((mark) => mark.dataset.claims.split(" "));
  return [...new Set(numbers)].map(Number).sort((a, b) => a - b);
}
