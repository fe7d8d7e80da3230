// Spans painted over the text without touching its elements, and brought into view.

import { rangeOf, textPane } from "./text.js";

const LAYERS = ["hovered", "chosen", "cursor"];
export const canPaint = typeof Highlight === "function" && Boolean(CSS.highlights);

/** @type {Map<string, {start: number, end: number}>} */
const spans = new Map();
const layers = new Map();
if (canPaint) {
  LAYERS.forEach((name, priority) => {
    const layer = new Highlight();
    layer.priority = priority;
    layers.set(name, layer);
    CSS.highlights.set(name, layer);
  });
}

/**
 * Paint a span in a layer, or nothing; returns the span's range.
 * @param {"hovered" | "chosen" | "cursor"} name
 * @param {{start: number, end: number} | null} span
 */
export function paint(name, span) {
  const range = span && rangeOf(span);
  if (span) spans.set(name, span);
  else spans.delete(name);
  layers.get(name)?.clear();
  if (range) layers.get(name)?.add(range);
  return range;
}

/** After blocks of the text were replaced. */
export function repaint() {
  for (const [name, span] of spans) paint(name, span);
}

/** The element that scrolls the text: its pane, or on a narrow screen the whole page. */
function textScroller() {
  const pane = textPane.closest(".annotate-text");
  return getComputedStyle(pane).overflowY === "auto" ? pane : document.scrollingElement;
}

/** The part of the window in which text can be read: above any sheet at its foot. */
function viewOf(scroller) {
  const pane = scroller === document.scrollingElement ? null : scroller.getBoundingClientRect();
  const sheets = [...document.querySelectorAll("#detail, #new-claim")].filter(
    (element) => !element.hidden && getComputedStyle(element).position === "fixed",
  );
  const feet = sheets.map((sheet) => sheet.getBoundingClientRect().top);
  return { top: pane?.top ?? 0, bottom: Math.min(pane?.bottom ?? innerHeight, ...feet) };
}

/**
 * Bring a range into view, only as far as needed.
 * @param {Range} range
 */
export function reveal(range) {
  const scroller = textScroller();
  const view = viewOf(scroller);
  const box = range.getBoundingClientRect();
  const margin = Math.min(48, (view.bottom - view.top) / 4);
  const above = box.top - view.top - margin;
  const below = box.bottom - view.bottom + margin;
  // What is taller than the view is shown from its start.
  const by = above < 0 ? above : below > 0 ? Math.min(below, above) : 0;
  if (!by) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
}
