// What is typed and not yet saved is kept on the server, so that it survives a closed tab.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { isSignIn } from "./network.js";
import { headersOfWrite } from "./requests.js";
import * as unsaved from "./unsaved.js";
import { ANOTHER_PERSON, warnUnsaved } from "./warnings.js";

const DELAY = 700;
// Browsers let a page that closes send 64 KiB.
const LAST_WORDS = 60_000;
const NOT_TYPED = ["csrfmiddlewaretoken", "version", "revision"];
const url = document.querySelector("[data-drafts]").dataset.drafts;

const page = Math.random().toString(36).slice(2);
let saves = 0;

/** @type {Map<HTMLFormElement, number>} forms with unsaved changes, and their timers */
const waiting = new Map();
/** @type {Map<string, Promise<boolean>>} what is on its way, by the form's name */
const sending = new Map();
/** @type {Set<HTMLFormElement>} */
const failed = new Set();

/** The name of a field without the prefix that it has in this form. */
function bare(name, form) {
  const prefix = `${form.dataset.draft.split("-")[0]}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function fieldsOf(form) {
  const named = [...new FormData(form)].map(([name, value]) => [bare(name, form), value]);
  return Object.fromEntries(named.filter(([name]) => !NOT_TYPED.includes(name)));
}

const textFields = (form) => [...form.querySelectorAll("textarea, input[type=text], input[type=url]")];

const differs = (control) =>
  control.type === "radio" || control.type === "checkbox"
    ? control.checked !== control.defaultChecked
    : "defaultValue" in control && control.type !== "hidden" && control.value !== control.defaultValue;

/** What one has typed, or nothing when all of it was taken back. */
function typedIn(form) {
  const fields = fieldsOf(form);
  const restored = form.querySelector(".draft-restored");
  if (!restored && ![...form.elements].some(differs)) return {};
  if (form.dataset.draft.startsWith("edit-")) return fields;
  const judged = form.querySelector("[name$='rating']:checked, [name$='attribution_accuracy']:checked");
  return judged || textFields(form).some((field) => field.value.trim()) ? fields : {};
}

function tell(form, message) {
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = message;
}

/** @returns {import("./unsaved.js").Draft} */
function draftOf(form, fields) {
  saves += 1;
  return { fields, revision: `${page}:${saves}`, base: form.dataset.revision };
}

/**
 * Tells whether the server has it now, or else which newer one it keeps. `refused` is called with the
 * reason if somebody else is signed in.
 */
async function post(name, draft, { closing = false, refused = warnUnsaved } = {}) {
  unsaved.keep(name, draft);
  const { fields, ...descent } = draft;
  const body = new URLSearchParams({ form: name, fields_json: JSON.stringify(fields), ...descent });
  const keepalive = closing && String(body).length < LAST_WORDS;
  const response = await fetch(url, { method: "POST", headers: headersOfWrite(), body, keepalive }).catch(() => null);
  if (response?.status === ANOTHER_PERSON) refused(await response.text());
  const saved = Boolean(response?.ok) && !isSignIn(response.url);
  if (saved) unsaved.saved(name, draft);
  return { saved, newer: response?.status === 409 ? await response.json() : null };
}

const conflictOf = (form) => form.querySelector(":scope > .draft-conflict");

/** Whether what was typed before is not in the form yet, which shows another draft. */
const isOutdated = (form) => [...form.children].some((part) => part.inert);

/** Whether keys may act on a form. If it waits for its draft, or for a choice between two, they go there. */
export function isReady(form) {
  if (!isOutdated(form)) return true;
  const choice = conflictOf(form)?.querySelector("button");
  if (choice) choice.focus();
  else announce("Your draft is being brought back.");
  return false;
}

/** Have the person choose between what is typed here and the draft of another tab. */
function ask(form, { revision, fields }) {
  tell(form, "");
  if (conflictOf(form)?.dataset.newer === revision) return;
  if (!conflictOf(form)) form.append(document.getElementById("draft-conflict").content.cloneNode(true));
  const words = textFields(form).map(({ name }) => fields[bare(name, form)]).filter(Boolean).join("\n");
  const shown = conflictOf(form).querySelector("[data-words]");
  shown.hidden = !words;
  shown.querySelector("blockquote").textContent = words;
  conflictOf(form).dataset.newer = revision;
}

function send(form, fields, closing = false) {
  const name = form.dataset.draft;
  const kept = Object.keys(fields).length > 0;
  // Once, not at each pause in typing.
  const refused = (reason) => failed.has(form) || warnUnsaved(reason);
  const request = post(name, draftOf(form, fields), { closing, refused }).then(({ saved, newer }) => {
    if (sending.get(name) === request) sending.delete(name);
    if (saved) failed.delete(form);
    else failed.add(form);
    tell(form, saved ? (kept ? "Saved as draft" : "") : "Not saved as a draft");
    if (saved) conflictOf(form)?.remove();
    if (newer !== null) ask(form, newer);
    return saved;
  });
  sending.set(name, request);
  return request;
}

function saveNow(form, closing = false) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (!form.isConnected) return Promise.resolve(true);
  return isOutdated(form) ? Promise.resolve(false) : send(form, typedIn(form), closing);
}

function soon(form) {
  if (isOutdated(form)) return;
  clearTimeout(waiting.get(form));
  tell(form, "");
  unsaved.keep(form.dataset.draft, draftOf(form, typedIn(form)));
  waiting.set(form, setTimeout(saveNow, DELAY, form));
}

/**
 * Save all that waits, but for a form that is about to be saved for good, so that nothing of it
 * comes after. Tells whether all of it is safe.
 * @param {HTMLFormElement | null} but
 */
async function flush(but = null) {
  clearTimeout(waiting.get(but));
  waiting.delete(but);
  failed.delete(but);
  const saves = [...waiting.keys(), ...failed].map((form) => saveNow(form));
  const others = [...sending].map(async ([name, saved]) => (await saved) || name === but?.dataset.draft);
  return (await Promise.all([...saves, ...others])).every(Boolean);
}

const isDirty = () => waiting.size > 0 || sending.size > 0 || failed.size > 0;

/** Whether something was typed into a part of the page and not saved for good. */
export const isTouched = (part) =>
  [...part.querySelectorAll("form[data-draft]")].some((form) => Object.keys(typedIn(form)).length > 0);

/** Forget what is typed in a form. */
export function discard(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  return send(form, {});
}

/** Before the panel is replaced: whether all that is typed in it is safe. Says so if it is not. */
export async function secure(own = null) {
  const safe = await flush(own);
  if (!safe && document.querySelector(".draft-conflict")) {
    warnUnsaved("Another tab has a newer draft of a form here. Choose first which of the two to keep.");
  } else if (!safe) {
    warnUnsaved("What you typed could not be saved as a draft, so this page stays as it is. Check your connection, and in another tab that you are signed in as yourself; then try again.");
  }
  return safe;
}

/** No request that replaces the panel goes out before what was typed in it is safe. */
async function hold(event) {
  const { elt, target, issueRequest } = event.detail;
  if (target?.id !== "detail" || !isDirty()) return;
  event.preventDefault();
  elt.classList.add("htmx-request"); // It counts as sent, as it does once it is.
  const safe = await secure(elt.matches("form[data-draft]") ? elt : null);
  elt.classList.remove("htmx-request");
  if (safe) issueRequest(true);
}

const formOf = (name) => document.querySelector(`form[data-draft="${name}"]`);

const isShown = (form, fields) => JSON.stringify(fieldsOf(form)) === JSON.stringify(fields);

function showAgain() {
  history.replaceState(null, "", location.href); // What answered a form is asked for anew, not sent again.
  location.reload();
}

/** Ask now, or where the form is not on the page have its claim opened. */
function askOrTell(name, form, newer) {
  if (!form) return warnUnsaved(`Another tab has a newer draft of what you typed at ${name.replace(/.*-(\d+)/, "claim $1")}. Open it to choose which to keep.`);
  failed.add(form);
  return ask(form, newer);
}

/**
 * Save what the page before this one could not, and show it. Until then nothing is typed into a form
 * that shows another draft.
 */
async function recover() {
  const left = unsaved
    .left()
    .map(([name, draft]) => ({ name, draft, form: formOf(name) }))
    .filter(({ name, form }) => !sending.has(name) && !waiting.has(form) && !(form && conflictOf(form)));
  const outdated = left.filter(({ form, draft }) => form && !isShown(form, draft.fields));
  for (const { form } of outdated) for (const part of form.children) part.inert = true;
  const answers = await Promise.all(
    left.map(async ({ name, draft, form }) => {
      const { saved, newer } = await post(name, draft);
      if (saved && form) form.dataset.revision = draft.revision;
      if (newer !== null) askOrTell(name, form, newer);
      return saved || newer !== null;
    }),
  );
  if (!answers.every(Boolean)) warnUnsaved("What you typed last could not be saved as a draft. It is kept in this tab: reload the page to try again.");
  else if (outdated.length && !document.querySelector(".draft-conflict")) showAgain();
}

/** What is typed here takes the place of the newer draft. */
async function keepTyped(form) {
  const { newer } = conflictOf(form).dataset;
  conflictOf(form).remove();
  form.dataset.revision = newer;
  if (!isOutdated(form)) {
    form.querySelector("textarea, input[type=text]:not([hidden])").focus();
    return saveNow(form);
  }
  failed.delete(form);
  unsaved.keep(form.dataset.draft, { ...unsaved.kept(form.dataset.draft), base: newer });
  return recover();
}

function takeNewer(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  failed.delete(form);
  unsaved.forget(form.dataset.draft);
  showAgain();
}

function typed({ target }) {
  const form = target.closest("form[data-draft]");
  if (form) soon(form);
}

export function start() {
  unsaved.forgetOthers();
  recover();
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("htmx:confirm", hold);
  document.addEventListener("panel:shown", recover);
  onAnswer(({ elt, status }) => {
    if (status === 200 && elt.matches("form")) unsaved.forget(elt.dataset.draft);
    if (![409, 422].includes(status)) return;
    const again = formOf(elt.dataset.draft);
    if (!again) return;
    // The refused form came back as a new element, with what was typed as its defaults.
    again.dataset.revision = elt.dataset.revision;
    send(again, fieldsOf(again));
  });
  const closing = () => [...waiting.keys()].forEach((form) => saveNow(form, true));
  addEventListener("pagehide", closing);
  document.addEventListener("visibilitychange", () => document.hidden && closing());
  addEventListener("online", () => failed.forEach((form) => saveNow(form)));
  addEventListener("beforeunload", (event) => {
    if ([...failed].some((form) => form.isConnected)) event.preventDefault();
  });
  document.addEventListener("click", async ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (target.closest("[data-keep-typed]")) keepTyped(form);
    if (target.closest("[data-take-newer]")) takeNewer(form);
    if (target.closest("[data-discard]") && (await discard(form))) document.dispatchEvent(new CustomEvent("panel:stale"));
  });
}
