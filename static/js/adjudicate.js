// “Take this one” fills the form where it stands; digits take the first, the second and so on.
// What is typed is kept as a draft.

import { announce } from "./announce.js";
import { isReady, secure, start } from "./drafts.js";
import { csrfToken } from "./requests.js";
import { singleKeys } from "./single-keys.js";

const form = document.getElementById("decision");
const links = [...document.querySelectorAll("[data-take]")];
let last = "";

function choose(name, value) {
  for (const option of form.elements[name]) option.checked = option.value === value;
}

/** What was typed stays; what was taken before makes way. */
function put(field, text) {
  if (!field) return;
  const typed = field.value === last ? "" : field.value.trim();
  field.value = typed ? `${typed}\n\n${text}` : text;
}

function take({ rating, accuracy, rationale, source, none }) {
  if (!isReady(form)) return;
  choose("rating", rating);
  choose("attribution_accuracy", accuracy);
  const text = `${rationale}\n\n${source}`;
  put(form.elements.rationale, text);
  last = text;
  const reason = form.elements.no_evidence;
  if (reason && !reason.value.trim()) reason.value = none;
  form.elements.rationale.focus();
  form.dispatchEvent(new Event("change", { bubbles: true })); // What is taken is kept as a draft too.
  announce(`Taken: ${source}`);
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    take(link.dataset);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("textarea, input, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const link = singleKeys() && links[Number(event.key) - 1];
  if (!link) return;
  // The field that takes the focus now would take the digit too.
  event.preventDefault();
  link.click();
});

let sent = false;
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sent) return;
  sent = true;
  // Should it be refused, what was typed is safe; a draft that came after the decision would stay.
  // It is kept anew: a draft tells whose page this is, which the form with its new token does not.
  form.dispatchEvent(new Event("change", { bubbles: true }));
  sent = await secure();
  if (!sent) return;
  form.elements.csrfmiddlewaretoken.value = csrfToken();
  form.submit();
});
addEventListener("pageshow", () => { sent = false; });

// The draft was discarded.
document.addEventListener("panel:stale", () => location.assign(location.pathname + location.search));

start();
