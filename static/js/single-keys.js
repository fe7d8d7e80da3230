// Whether keys without Ctrl do anything: a switch that is kept for all pages (WCAG 2.1.4).

const STORED = "factcheck.single-keys";

export const singleKeys = () => localStorage.getItem(STORED) !== "off";
export const turnSingleKeys = (on) => localStorage.setItem(STORED, on ? "on" : "off");
