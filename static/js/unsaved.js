// What is typed and not yet on the server, by the form's name. It is kept in this tab alone, so that
// a reload cannot outrun the draft that is on its way, and no longer than until the draft is safe.

import { keepInTab } from "./tab-store.js";

const { drafts, person } = document.querySelector("[data-drafts]").dataset;
const MARK = "draft ";
const OWN = `${MARK}${person} `;
const HERE = `${OWN}${drafts} `;

const keysOf = (mark) => Object.keys(sessionStorage).filter((key) => key.startsWith(mark));

/** @typedef {{fields: Record<string, string>, revision: string, base: string}} Draft */

/** Where the browser has no room for it, the draft on its way is all there is. */
export const keep = (name, draft) => keepInTab(HERE + name, JSON.stringify(draft));

/** @returns {Draft} */
export const kept = (name) => JSON.parse(sessionStorage.getItem(HERE + name));

export const forget = (name) => sessionStorage.removeItem(HERE + name);

/** Forget what is saved, unless more was typed since. */
export function saved(name, { revision }) {
  if (kept(name)?.revision === revision) forget(name);
}

/**
 * What the page before this one left unsaved.
 * @returns {[string, Draft][]}
 */
export const left = () => keysOf(HERE).map((key) => key.slice(HERE.length)).map((name) => [name, kept(name)]);

/** Who signs in here after somebody else must not find what they typed. */
export function forgetOthers() {
  keysOf(MARK).filter((key) => !key.startsWith(OWN)).forEach((key) => sessionStorage.removeItem(key));
}
