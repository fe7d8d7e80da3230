// Building an attribution chain: while its form is open, words chosen in the article are its steps.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { articleCursor } from "./cursor.js";
import { discard } from "./drafts.js";
import { reveal } from "./highlight.js";
import { chosenNumber, load, panel } from "./panel.js";
import { articleText, textPane } from "./text.js";

const builder = () => document.getElementById("chain-builder");
const form = () => document.getElementById("chain-form");
const steps = () => document.getElementById("chain-steps");
const rows = () => [...steps().querySelectorAll(".chain-step")];
const isBuilding = () => Boolean(builder()?.open);

/** Who a row says it is, as it is read out. */
function nameOf(row) {
  const person = row.querySelector("[value=person]")?.checked;
  const field = row.querySelector(person ? ".step-person input" : ".step-source input[type=text]");
  return field?.value || "a source without a name yet";
}

/** The first cannot go up, nor the last down. */
function limit() {
  rows().forEach((row, index, all) => {
    row.querySelector("[data-step-up]").disabled = index === 0;
    row.querySelector("[data-step-down]").disabled = index === all.length - 1;
  });
}

/** Note the order of the rows, as something typed. */
function reorder() {
  const order = form().querySelector("[data-chain-order]");
  order.value = rows().map((row) => row.dataset.row).join(",");
  order.dispatchEvent(new Event("input", { bubbles: true }));
  limit();
}

/** Whether a row names a source that is not known, and so needs its kind. */
function isNew(row) {
  return Boolean(row.querySelector("[value=source]")?.checked) && !row.querySelector(".step-source input[type=hidden]").value;
}

/** What is still to be done with a row, as it is read out. */
function need(row) {
  if (isNew(row)) return " New: press t to choose its kind.";
  return row.querySelector("[value=person]").checked ? " Unnamed." : "";
}

/** The words of the article become the next step. */
async function add(span, clicked) {
  const used = rows().map((row) => Number(row.dataset.row));
  const query = new URLSearchParams({
    ...span,
    row: Math.max(0, ...used) + 1,
    revision: form().elements["chain-revision"].value,
    ...(clicked && { clicked: "on" }),
  });
  const before = rows().length;
  steps().querySelector("[data-chain-problem]")?.remove();
  await htmx.ajax("GET", `${form().dataset.step}?${query}`, { source: "#chain-steps", target: "#chain-steps", swap: "beforeend" });
  if (rows().length === before) return announce("The step could not be added.");
  reorder();
  const row = rows().at(-1);
  if (isNew(row)) row.querySelector("[data-source-kind]").removeAttribute("data-unneeded");
  row.scrollIntoView({ block: "nearest" });
  return announce(`Step ${before + 1}: ${nameOf(row)}.${need(row)}`);
}

/** One step at a time, each numbered after the one before. */
let adding = Promise.resolve();

function take({ start, end }, clicked = false) {
  getSelection().removeAllRanges();
  articleCursor.clear();
  adding = adding.then(() => isBuilding() && add({ start, end }, clicked));
}

/** Where typing has to go on: what is wrong or not filled in, or the button that saves. */
function goToForm() {
  const wrong = form().querySelector("[aria-invalid=true]");
  const kinds = rows().filter(isNew).map((row) => row.querySelector(".step-source select"));
  (wrong ?? kinds.find((kind) => !kind.value) ?? form().querySelector("button.primary")).focus();
}

/** The key: open the form, and from the text go on to it. */
export function build() {
  if (!builder()) return announce(chosenNumber() ? "You cannot note who this claim comes from." : "Open a claim first: n opens the next.");
  if (isBuilding() && rows().length) return goToForm();
  builder().open = true;
  builder().scrollIntoView({ block: "nearest" });
  textPane.focus({ preventScroll: true });
  return announce("Build the chain: choose the words that name who the article says it from, then press Enter. t goes to the form.");
}

function moveRow(row, by) {
  const all = rows();
  const other = all[all.indexOf(row) + by];
  if (!other) return;
  const focused = document.activeElement;
  if (by < 0) other.before(row);
  else other.after(row);
  reorder();
  (focused.disabled ? row.querySelector("[data-step-up]:enabled, [data-step-down]:enabled") : focused)?.focus();
  announce(`${nameOf(row)} is step ${rows().indexOf(row) + 1} of ${all.length}.`);
}

function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const name = nameOf(row);
  row.remove();
  reorder();
  (next?.matches(".chain-step") ? next.querySelector("[data-step-remove]") : form().querySelector("button.primary")).focus();
  announce(`Removed ${name}.`);
}

/** The words that a step of a chain goes by, shown in the article. */
function showCue(link) {
  const span = { start: Number(link.dataset.start), end: Number(link.dataset.end) };
  articleCursor.select(span);
  reveal(articleText.rangeOf(span));
  announce(`In the article: ${articleText.wordsOf(span)}`);
}

/** The word under a click, if it fell on one. */
function wordAt({ clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY) ?? document.caretRangeFromPoint?.(clientX, clientY);
  const node = place?.offsetNode ?? place?.startContainer;
  if (node?.nodeType !== Node.TEXT_NODE) return null;
  const offset = place.offset ?? place.startOffset;
  const word = [...new Intl.Segmenter(textPane.lang || undefined, { granularity: "word" }).segment(node.data)].find(
    ({ index, segment, isWordLike }) => isWordLike && index <= offset && offset <= index + segment.length,
  );
  if (!word) return null;
  const range = document.createRange();
  range.setStart(node, word.index);
  range.setEnd(node, word.index + word.segment.length);
  return articleText.spanOf(range);
}

/** While a chain is built a click is on words, not on the claims that they are in. */
function clickedText(event) {
  if (!isBuilding() || !getSelection().isCollapsed) return;
  event.stopPropagation();
  const span = wordAt(event);
  if (span) take(span, true);
}

async function cancel(event) {
  event.preventDefault();
  await discard(form());
  builder().open = false;
  await load(panel().dataset.url, { focus: true });
}

function clicked(event) {
  const { target } = event;
  const row = target.closest(".chain-step");
  if (target.closest("[data-step-up]")) moveRow(row, -1);
  if (target.closest("[data-step-down]")) moveRow(row, 1);
  if (target.closest("[data-step-remove]")) removeRow(row);
  if (target.closest("[data-chain-cancel]")) cancel(event);
  const cue = target.closest("[data-cue]");
  if (!cue) return;
  event.preventDefault();
  showCue(cue);
}

function pressed(event) {
  const row = event.target.closest?.(".chain-step");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  moveRow(row, event.key === "ArrowUp" ? -1 : 1);
}

export function start() {
  document.addEventListener("selection:use", (event) => {
    if (!isBuilding()) return;
    event.preventDefault();
    take(event.detail);
  });
  textPane.addEventListener("click", clickedText, { capture: true });
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  onAnswer(({ target }) => target === "detail" && form() && limit());
  if (!form()) return;
  // Spare rows are for a page that cannot ask for more.
  steps().querySelectorAll("[data-blank]").forEach((row) => row.remove());
  limit();
}
