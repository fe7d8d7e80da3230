// What this tab alone keeps, until it is closed.

/** Where the browser has no room for it, nothing is kept: what was there before is outdated. */
export function keepInTab(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    sessionStorage.removeItem(key);
  }
}
