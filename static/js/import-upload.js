// How much of a file has been sent. Without this script the browser sends the form by itself.

import { ANOTHER_PERSON, warn } from "./warnings.js";

const STEP = 25;
const SHOWN = new Set([ANOTHER_PERSON, 413, 422]);
const part = (id) => document.getElementById(id);
let sending = false;
let stopped = false;
let said = 0;

function show(share) {
  part("sent").value = share;
  part("sent-share").textContent = share < 100 ? `${share} %` : "is done, now it is looked through …";
  if (share - said < STEP && share < 100) return;
  said = share;
  part("upload-said").textContent = share < 100 ? `${share} per cent sent` : "Sent, now it is looked through";
}

document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  const tooLarge = target.files[0]?.size > Number(target.dataset.most);
  target.setCustomValidity(tooLarge ? "This file is too large: split it." : "");
  target.reportValidity();
});

document.addEventListener("click", ({ target }) => {
  if (target.id !== "stop") return;
  stopped = true;
  htmx.trigger("#upload-form", "htmx:abort");
});

document.addEventListener("htmx:beforeSend", () => {
  sending = true;
  stopped = false;
  said = 0;
  part("upload-failed").hidden = true;
  part("sending").hidden = false;
  show(0);
});

document.addEventListener("htmx:xhr:progress", ({ detail }) => {
  // The answer has a progress of its own, which is smaller than any file's.
  const size = document.querySelector("input[type=file]")?.files[0]?.size ?? 0;
  if (sending && detail.lengthComputable && detail.total >= size) show(Math.floor((100 * detail.loaded) / detail.total));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 413) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  sending = false;
  part("sending").hidden = true;
  if (detail.xhr.status === ANOTHER_PERSON) warn(detail.xhr.responseText);
  // The form itself tells of a file that cannot be taken.
  part("upload-failed").hidden = detail.successful || SHOWN.has(detail.xhr.status) || stopped;
});

document.addEventListener("htmx:afterSwap", () => part("id_file")?.focus());

addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});
