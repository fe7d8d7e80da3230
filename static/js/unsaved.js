// What is typed and not yet on the server, by the form's name. It is kept in this tab alone, so that
// a reload cannot outrun the draft that is on its way, and no longer than until the draft is safe.

const { drafts, person } = document.querySelector("[data-drafts]").dataset;
const MARK = "draft ";
const OWN = `${MARK}${person} `;
const HERE = `${OWN}${drafts} `;

const keysOf = (mark) => Object.keys(sessionStorage).filter((key) => key.startsWith(mark));

export const keep = (name, fields) => sessionStorage.setItem(HERE + name, JSON.stringify(fields));

export const forget = (name) => sessionStorage.removeItem(HERE + name);

/** Forget what is saved, unless more was typed since. */
export function saved(name, fields) {
  if (sessionStorage.getItem(HERE + name) === JSON.stringify(fields)) forget(name);
}

/**
 * What the page before this one left unsaved.
 * @returns {[string, Record<string, string>][]}
 */
export const left = () => keysOf(HERE).map((key) => [key.slice(HERE.length), JSON.parse(sessionStorage.getItem(key))]);

/** Who signs in here after somebody else must not find what they typed. */
export function forgetOthers() {
  keysOf(MARK).filter((key) => !key.startsWith(OWN)).forEach((key) => sessionStorage.removeItem(key));
}
