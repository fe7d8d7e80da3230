// Sentences and words of a text, found from an offset on in either direction.

import { countPoints } from "./offsets.js";
import { blockIndex } from "./text.js";

/** @typedef {{start: number, end: number}} Unit in code points of the whole text */

/** @type {Map<string, Intl.Segmenter>} by language */
const segmenters = new Map();
/** @type {WeakMap<HTMLElement, Unit[]>} A changed block is a new element. */
const wordsByElement = new WeakMap();

function segmenterFor(language) {
  if (!segmenters.has(language)) segmenters.set(language, new Intl.Segmenter(language || undefined, { granularity: "word" }));
  return segmenters.get(language);
}

/** @returns {Unit[]} */
function sentencesOf(block) {
  const bounds = block.element.dataset.sentences.split(" ").filter(Boolean).map(Number);
  return Array.from({ length: bounds.length / 2 }, (_, i) => ({ start: bounds[2 * i], end: bounds[2 * i + 1] }));
}

/** @returns {Unit[]} */
function wordsOfBlock(block, language) {
  let words = wordsByElement.get(block.element);
  if (words) return words;
  words = [];
  let start = block.start;
  for (const { segment, isWordLike } of segmenterFor(language).segment(block.element.textContent)) {
    const end = start + countPoints(segment);
    if (isWordLike) words.push({ start, end });
    start = end;
  }
  wordsByElement.set(block.element, words);
  return words;
}

const KINDS = { sentence: sentencesOf, word: wordsOfBlock };

/** The units of the block at an offset and of those after it, in order. */
function* from(pane, kind, offset) {
  const all = pane.blocks();
  for (const block of all.slice(blockIndex(all, offset))) yield* KINDS[kind](block, pane.element.lang);
}

/** The units of the block at an offset and of those before it, backwards. */
function* backFrom(pane, kind, offset) {
  const all = pane.blocks();
  for (const block of all.slice(0, blockIndex(all, offset) + 1).reverse()) yield* KINDS[kind](block, pane.element.lang).toReversed();
}

/** @returns {Unit | undefined} */
function first(units, holds) {
  for (const unit of units) if (holds(unit)) return unit;
  return undefined;
}

/** The first unit that starts at an offset or after it. */
export const nextUnit = (pane, kind, offset) => first(from(pane, kind, offset), (unit) => unit.start >= offset);

/** The last unit that starts before an offset. */
export const previousUnit = (pane, kind, offset) => first(backFrom(pane, kind, offset), (unit) => unit.start < offset);

/** The first end after an offset. */
export const nextEnd = (pane, kind, offset) => first(from(pane, kind, offset), (unit) => unit.end > offset)?.end;

/** The last end before an offset. */
export const previousEnd = (pane, kind, offset) => first(backFrom(pane, kind, offset), (unit) => unit.end < offset)?.end;

/** The first start after an offset. */
export const nextStart = (pane, kind, offset) => nextUnit(pane, kind, offset + 1)?.start;

/** The last start before an offset. */
export const previousStart = (pane, kind, offset) => previousUnit(pane, kind, offset)?.start;
