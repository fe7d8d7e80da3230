// Going through one's queue: the page that is next is fetched while one works on this one.

import { announce } from "./announce.js";
import { onAnswer } from "./answers.js";
import { isSignIn } from "./network.js";
import { chosenNumber, panel, revealChosen } from "./panel.js";

const NO_CLAIM = "Open a claim first: n opens the next.";

const inQueue = () => location.hash === "#queue";

function part(id, missing) {
  const found = document.getElementById(id);
  if (!found) announce(chosenNumber() ? missing : NO_CLAIM);
  return found;
}

export const next = () => part("queue-next", "You do not review at this desk.")?.requestSubmit();
export const leave = () => document.getElementById("to-queue")?.click() ?? announce(NO_CLAIM);

/** To where one says why, opening it. */
function say(id, missing) {
  const form = part(id, missing);
  if (!form) return;
  form.closest("details").open = true;
  form.querySelector("input[type=text]").focus();
}

export const skip = () => say("skip-form", "This claim is in no queue now.");
export const handBack = () => say("back-form", "This claim is not yours to hand back.");

/** The next claim is on another page, which is on its way. */
let leaving = false;

/** What is being saved, after which one goes on. */
let saving = null;

/** One goes on once, to a claim that is then seen, and only when what one did here is saved. */
function waitForSave(event) {
  saving = null;
  if (event.target.id !== "queue-next") return;
  const busy = panel().querySelector("form.htmx-request");
  if (!leaving && !busy) return;
  event.preventDefault();
  event.stopPropagation();
  if (busy !== event.target) saving = busy;
}

function goOn({ elt, status, url }) {
  if (elt !== saving) return;
  saving = null;
  if (status === 200 && !isSignIn(url)) next();
}

function show({ elt, status, url, target }) {
  if (elt.id !== "queue-next" || status !== 200 || target !== "detail") return;
  if (panel().dataset.claim === elt.elements.after.value) {
    leaving = !isSignIn(url);
    return;
  }
  history.replaceState(null, "", "#queue");
  revealChosen();
  announce(`Claim ${chosenNumber()} opened: ${panel().querySelector(".claim-quote").textContent}`);
  prepare();
}

let prepared = "";

/** Fetch what N will open, if that is another page. */
async function prepare() {
  const url = document.getElementById("queue-next")?.dataset.ahead;
  if (!inQueue() || !url || url === prepared) return;
  prepared = url;
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).then((response) => (response.ok ? response.json() : {}), () => ({}));
  if (!answer.page) return;
  const link = document.createElement("link");
  link.rel = "prefetch";
  link.href = answer.page;
  document.head.append(link);
}

export function start() {
  // A page that was fetched ahead is spent once it is shown: pages vary by cookie, and with another
  // cookie the browser asks for it anew.
  document.cookie = `shown=${Date.now()}; path=/articles/; SameSite=Lax`;
  document.addEventListener("panel:shown", prepare);
  document.addEventListener("submit", waitForSave, true);
  addEventListener("pageshow", () => { leaving = false; });
  onAnswer(show);
  onAnswer(goOn);
  if (!inQueue()) return;
  panel().focus({ preventScroll: true });
  prepare();
}
