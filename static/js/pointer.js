// What the browser itself has selected in a text, by mouse, finger or pen.

const SETTLED = 250;

/** @typedef {{start: number, end: number}} Span in code points */

/** The span that the browser has selected in a text, if it has. */
function nativeSpan(pane) {
  const native = getSelection();
  const range = native.rangeCount && !native.isCollapsed ? native.getRangeAt(0) : null;
  return range && pane.contains(range.commonAncestorContainer) ? pane.spanOf(range) : null;
}

/**
 * Follow what is selected in a text.
 * @param {import("./text.js").Pane} pane
 * @param {object} told
 * @param {(span: Span, byTouch: boolean) => void} told.adopt words were selected
 * @param {() => void} told.letGo a press beside them let go of them
 * @param {() => boolean} told.holds whether a tap elsewhere must not let go
 */
export function followPointer(pane, { adopt, letGo, holds }) {
  let down = false;
  let touch = false;
  let timer = 0;
  const take = (byTouch) => {
    const span = nativeSpan(pane);
    if (span) adopt(span, byTouch);
  };
  document.addEventListener("pointerdown", (event) => {
    down = true;
    touch = event.pointerType === "touch";
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, ({ target }) => {
      down = false;
      if (touch || !pane.contains(target)) return;
      // The browser drops an old selection only after the event.
      setTimeout(() => (getSelection().isCollapsed ? letGo() : take(false)));
    });
  }
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    // While a pointer drags, or a finger moves the handles, the selection is not yet what is meant.
    timer = setTimeout(() => {
      if (!down) take(touch);
      if (touch && getSelection().isCollapsed && !holds()) letGo();
    }, SETTLED);
  });
}
