// Spans painted over the text without touching its elements, and brought into view.

import { articleText, documentText } from "./text.js";

const LAYERS = ["hovered", "chosen", "proposed", "passage", "cursor"];
export const canPaint = typeof Highlight === "function" && Boolean(CSS.highlights);

const byPane = () => new Map([articleText, documentText].map((pane) => [pane, new Map()]));
/** What is painted: the spans and their ranges, by text and layer. */
const painted = byPane();
const ranges = byPane();
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
 * Paint a span in a layer of a text, or nothing; returns the span's range.
 * @param {"hovered" | "chosen" | "proposed" | "passage" | "cursor"} name
 * @param {{start: number, end: number} | null} span
 * @param {import("./text.js").Pane} pane
 */
export function paint(name, span, pane = articleText) {
  const range = span && pane.rangeOf(span);
  const old = ranges.get(pane).get(name);
  if (old) layers.get(name)?.delete(old);
  if (span) painted.get(pane).set(name, span);
  else painted.get(pane).delete(name);
  ranges.get(pane).set(name, range);
  if (range) layers.get(name)?.add(range);
  return range;
}

/** After blocks of the article were replaced. */
export function repaint() {
  for (const [name, span] of painted.get(articleText)) paint(name, span);
}

/** The part of the window in which text can be read: above any sheet that lies over its foot. */
function viewOf(scroller) {
  const pane = scroller === document.scrollingElement ? null : scroller.getBoundingClientRect();
  if (scroller.closest("#document-pane")) return pane;
  const sheets = [...document.querySelectorAll("#detail, #new-claim")].filter(
    (element) => !element.hidden && getComputedStyle(element).position === "fixed",
  );
  const feet = sheets.map((sheet) => sheet.getBoundingClientRect().top);
  return { top: pane?.top ?? 0, bottom: Math.min(pane?.bottom ?? innerHeight, ...feet) };
}

/**
 * Bring a range into view, only as far as needed.
 * @param {Range} range
 * @param {import("./text.js").Pane} pane
 */
export function reveal(range, pane = articleText) {
  const { scroller } = pane;
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
