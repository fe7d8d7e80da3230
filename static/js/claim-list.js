// The claim list: choosing rows, what is done to them and its undo, and news of them.

import { announce } from "./announce.js";
import { actsAlone } from "./single-keys.js";
import * as undoable from "./undoable.js";

const EVERY = 4_000;
const AT_MOST = 60_000;
const list = document.getElementById("claims");
const toasts = document.getElementById("toasts");

const form = () => document.getElementById("bulk");
const picks = () => [...list.querySelectorAll("tbody [name=claim]")];
const rows = () => [...list.querySelectorAll("tbody tr")];
const everything = () => form()?.elements.namedItem("all");

// Choosing

let anchor = null;
let last = "";

/** From this row others are chosen, and here one goes on when the list has been replaced. */
function drop(row) {
  anchor = row;
  last = row.id;
}

function count() {
  const all = everything()?.checked;
  const chosen = picks().filter((pick) => pick.checked).length;
  return all ? Number(everything().dataset.count) : chosen;
}

function show() {
  const output = form()?.querySelector(".chosen");
  if (!output) return;
  const chosen = count();
  output.value = chosen ? `${chosen.toLocaleString("en")} selected` : "Nothing selected";
  const page = document.getElementById("pick-page");
  const checked = picks().filter((pick) => pick.checked).length;
  page.checked = checked > 0 && checked === picks().length;
  page.indeterminate = checked > 0 && checked < picks().length;
}

/** Choose the row, or with `through` all from the last one chosen to it. */
function choose(row, through) {
  const pick = row.querySelector("[name=claim]");
  const from = through && anchor?.isConnected ? rows().indexOf(anchor) : rows().indexOf(row);
  const to = rows().indexOf(row);
  const checked = through ? true : !pick.checked;
  for (const one of rows().slice(Math.min(from, to), Math.max(from, to) + 1)) one.querySelector("[name=claim]").checked = checked;
  drop(row);
  show();
  announce(form().querySelector(".chosen").value);
}

list.addEventListener("click", (event) => {
  const pick = event.target.closest("[name=claim]");
  if (!pick) return;
  const row = pick.closest("tr");
  if (event.shiftKey && anchor?.isConnected) {
    const [from, to] = [rows().indexOf(anchor), rows().indexOf(row)].sort((a, b) => a - b);
    for (const one of rows().slice(from, to + 1)) one.querySelector("[name=claim]").checked = pick.checked;
  }
  drop(row);
});

list.addEventListener("change", (event) => {
  if (event.target.id === "pick-page") for (const pick of picks()) pick.checked = event.target.checked;
  show();
});

// Keys

const current = () => document.activeElement?.closest("#claims tbody tr");

function step(by) {
  const here = current();
  const next = here ? rows()[rows().indexOf(here) + by] : rows()[0];
  next?.querySelector("th a").focus();
}

function undo() {
  const form = undoable.undoOfLast();
  if (!form) return announce("Nothing to undo.");
  announce(`Undoing: ${undoable.whatItUndoes(form)}`);
  return form.requestSubmit();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => current() && choose(current(), false),
  X: () => current() && choose(current(), true),
  a: () => document.getElementById("bulk_action")?.focus(),
  u: undo,
  "/": () => document.getElementById("id_q").focus(),
};

document.addEventListener("keydown", (event) => {
  if (!actsAlone(event) || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// A view whose name alone is asked for: it is typed at once, where no letter is a key.

document.addEventListener("click", (event) => {
  const menu = event.target.closest(".view-menu > summary")?.parentElement;
  if (!menu) return;
  event.preventDefault(); // By itself it would tell of it only after the next keys.
  menu.open = !menu.open;
  if (menu.open) menu.querySelector("form:first-child [name=name]")?.focus();
});

// What was done

/** An undo answers with the page of the list that is shown, which may be another than it was done on. */
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (toasts.contains(detail.elt)) detail.path += location.search;
});

/** What was refused is seen; else the keys go on at the row last chosen, or at the first. */
function goOn() {
  const notice = list.querySelector(":scope > [role=alert]");
  notice?.scrollIntoView({ block: "nearest" });
  if (document.activeElement !== document.body) return;
  const refused = notice && form()?.querySelector("button");
  const row = document.getElementById(last)?.querySelector("th a");
  (refused ?? row ?? list).focus({ preventScroll: Boolean(notice) });
}

toasts.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) goOn();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  if (elt.matches("[data-count-all]") && detail.successful) goOn();
  // Any other answer has failed: the page is as it was, and so is what can be undone.
  if (verb !== "post" || ![200, 422].includes(detail.xhr.status)) return;
  if (elt.matches(".undo")) elt.closest(".toast")?.remove();
  // The last message alone covers rows; u undoes what older ones tell of.
  for (const older of [...toasts.children].slice(0, -1)) older.hidden = true;
  show();
  goOn();
  if (detail.xhr.status === 422) return;
  announce(toasts.lastElementChild?.querySelector("p")?.textContent ?? "");
});

// News

let timer = 0;
let wait = EVERY;

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

/** A row that others have changed: its cells change in place, what is chosen stays chosen. */
function renew(row, told) {
  if (row.dataset.version === told.dataset.version) return;
  const pick = row.querySelector("[name=claim]");
  const focused = row.contains(document.activeElement) ? document.activeElement.getAttribute("name") ?? "link" : "";
  const { checked } = pick;
  row.replaceChildren(...told.children);
  row.dataset.version = told.dataset.version;
  row.querySelector("[name=claim]").checked = checked;
  row.classList.add("renewed");
  row.classList.toggle("left", told.dataset.listed === "no");
  if (focused) row.querySelector(focused === "claim" ? "[name=claim]" : "th a").focus({ preventScroll: true });
}

function tell(text) {
  const told = new DOMParser().parseFromString(text, "text/html").querySelector("table");
  const place = document.getElementById("news");
  for (const row of told.querySelectorAll("tr")) renew(document.getElementById(row.id), row);
  const { since, fresh } = told.dataset;
  if (fresh && fresh !== place.dataset.fresh) announce(fresh);
  Object.assign(place.dataset, { since, fresh });
  place.hidden = !fresh;
  place.firstElementChild.textContent = `${fresh}: show`;
}

async function ask() {
  const place = document.getElementById("news");
  if (document.hidden || !place) return later();
  const { url, since, drawn, columns } = place.dataset;
  const shown = rows().map((row) => row.id.replace("list-", "")).join(".");
  const glue = url.includes("?") ? "&" : "?";
  const answer = await fetch(`${url}${glue}${new URLSearchParams({ since, drawn, shown, columns })}`, { redirect: "manual" }).catch(() => null);
  wait = answer?.ok ? EVERY : Math.min(wait * 2, AT_MOST);
  const told = answer?.status === 200 ? await answer.text() : "";
  // The rows it tells of are those of this list, if it is still shown.
  if (told && place.isConnected) tell(told);
  return later();
}

list.addEventListener("click", (event) => {
  if (!event.target.closest("[data-show]")) return;
  document.querySelector("form.filters").requestSubmit();
});

document.addEventListener("visibilitychange", () => document.hidden || ask());
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target !== list) return;
  anchor = null;
  show();
});
show();
undoable.start();
later();
