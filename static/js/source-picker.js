// A combobox over the sources (ARIA 1.2, with a listbox); htmx brings the options.

import { announce } from "./announce.js";

const inputOf = (picker) => picker.querySelector("input[type=text]");
const listOf = (picker) => picker.querySelector("[role=listbox]");
const pickedOf = (picker) => picker.querySelector("input[type=hidden]");
const optionsOf = (picker) => [...listOf(picker).querySelectorAll("[role=option]")];
const activeOf = (picker) => listOf(picker).querySelector("[aria-selected=true]");
const isOpen = (picker) => !listOf(picker).hidden;

function enhance(picker) {
  const input = inputOf(picker);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", listOf(picker).id);
  input.setAttribute("aria-expanded", "false");
}

function open(picker) {
  listOf(picker).hidden = false;
  inputOf(picker).setAttribute("aria-expanded", "true");
}

function close(picker) {
  listOf(picker).hidden = true;
  listOf(picker).replaceChildren();
  inputOf(picker).setAttribute("aria-expanded", "false");
  inputOf(picker).removeAttribute("aria-activedescendant");
}

function activate(picker, option) {
  activeOf(picker)?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  inputOf(picker).setAttribute("aria-activedescendant", option.id);
}

function moveActive(picker, by) {
  const options = optionsOf(picker);
  const at = options.indexOf(activeOf(picker));
  const next = at < 0 ? (by > 0 ? 0 : options.length - 1) : (at + by + options.length) % options.length;
  activate(picker, options[next]);
}

/** A new source needs its kind; a known one has it. */
function needKind(picker, needed) {
  const field = picker.querySelector("[data-source-kind]");
  field.toggleAttribute("data-unneeded", !needed);
  if (!needed) field.querySelector("select").value = "";
}

function pick(picker, option) {
  const isNew = "create" in option.dataset;
  const { name, source = "" } = option.dataset;
  inputOf(picker).value = name;
  pickedOf(picker).value = source;
  needKind(picker, isNew);
  close(picker);
  inputOf(picker).dispatchEvent(new Event("change", { bubbles: true }));
  if (isNew) picker.querySelector("[data-source-kind] select").focus();
  announce(isNew ? `${name} is new. Choose its kind.` : `${name} chosen.`);
}

function typed(picker) {
  pickedOf(picker).value = "";
  needKind(picker, false);
  if (!inputOf(picker).value.trim()) close(picker);
}

function swapped(picker) {
  const count = optionsOf(picker).length;
  const wanted = document.activeElement === inputOf(picker) && !pickedOf(picker).value;
  if (!count || !wanted) return close(picker);
  open(picker);
  announce(`${count} ${count === 1 ? "suggestion" : "suggestions"}. Arrow keys choose.`);
}

const KEYS = {
  ArrowDown: (picker) => moveActive(picker, 1),
  ArrowUp: (picker) => moveActive(picker, -1),
  Enter: (picker) => activeOf(picker) && pick(picker, activeOf(picker)),
  Escape: close,
};

/** Runs before the page's own keys, so that Escape closes the list and no more. */
function pressed(event) {
  const picker = event.target.closest("[data-source-picker]");
  if (!picker || event.target !== inputOf(picker) || event.isComposing || !isOpen(picker)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act || (event.key === "Enter" && !activeOf(picker))) return;
  event.preventDefault();
  event.stopPropagation();
  act(picker);
}

/** Call `act` with the picker that an event happened in. */
const inPicker = (act) => (event) => {
  const picker = event.target.closest?.("[data-source-picker]");
  if (picker) act(picker, event);
};

export function start() {
  document.querySelectorAll("[data-source-picker]").forEach(enhance);
  document.addEventListener("htmx:load", ({ detail }) => {
    detail.elt.querySelectorAll?.("[data-source-picker]").forEach(enhance);
  });
  document.addEventListener("keydown", pressed, { capture: true });
  document.addEventListener("input", inPicker((picker, event) => event.target === inputOf(picker) && typed(picker)));
  document.addEventListener("htmx:afterSwap", inPicker((picker) => swapped(picker)));
  document.addEventListener("focusout", inPicker((picker, event) => event.target === inputOf(picker) && close(picker)));
  // A press on an option must leave the focus in the field.
  document.addEventListener("mousedown", (event) => event.target.closest("[role=option]") && event.preventDefault());
  document.addEventListener("click", inPicker((picker, event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick(picker, option);
  }));
}
