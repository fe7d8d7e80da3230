// The server counts Unicode code points, the browser UTF-16 units. Nothing here touches the page.

const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * How many code points a text has.
 * @param {string} text
 */
export function countPoints(text) {
  return text.length - (text.match(PAIR)?.length ?? 0);
}

/**
 * An offset in UTF-16 units as one in code points. Inside a surrogate pair, it is that of the pair.
 * @param {string} text
 * @param {number} units
 */
export function toPoints(text, units) {
  const splits = /[\uD800-\uDBFF]$/.test(text.slice(0, units)) && /^[\uDC00-\uDFFF]/.test(text.slice(units));
  return countPoints(text.slice(0, splits ? units - 1 : units));
}

/**
 * An offset in code points as one in UTF-16 units; beyond the text, it is the text's length.
 * @param {string} text
 * @param {number} points
 */
export function toUnits(text, points) {
  let units = points;
  for (const pair of text.matchAll(PAIR)) {
    if (pair.index >= units) break;
    units += 1;
  }
  return Math.min(units, text.length);
}

/**
 * A span in UTF-16 units widened to whole characters, then without the white space at its ends,
 * as the server does it; null when nothing is left.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number] | null}
 */
export function snap(text, start, end) {
  const characters = graphemes.segment(text);
  const before = characters.containing(start);
  if (before && start < end) start = before.index;
  const after = characters.containing(end);
  if (after && after.index < end) end = after.index + after.segment.length;

  // A space with a mark on it is a character, not white space.
  while (start < end && /^\s+$/.test(characters.containing(start).segment)) {
    start += characters.containing(start).segment.length;
  }
  while (start < end && /^\s+$/.test(characters.containing(end - 1).segment)) {
    end = characters.containing(end - 1).index;
  }
  return start < end ? [start, end] : null;
}
