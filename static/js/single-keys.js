// Whether keys without Ctrl do anything: a switch that is kept for all pages (WCAG 2.1.4).

const STORED = "factcheck.single-keys";

export const singleKeys = () => localStorage.getItem(STORED) !== "off";
export const turnSingleKeys = (on) => localStorage.setItem(STORED, on ? "on" : "off");

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

/** Whether a key that was pressed may act by itself: it is not typed. */
export const actsAlone = ({ target, isComposing, ctrlKey, metaKey, altKey }) =>
  singleKeys() && !isComposing && !ctrlKey && !metaKey && !altKey && !target.closest(TYPING);
