// What others change shows up without a reload, while the page is looked at.

import { onAnswer } from "./answers.js";
import { isSignIn, showConnection } from "./network.js";

const EVERY = 3_000;
const AT_MOST = 60_000;
const live = document.getElementById("live");
let wait = EVERY;
let timer = 0;

function ask() {
  clearTimeout(timer);
  if (!document.hidden) htmx.trigger(live, "poll");
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

export function start() {
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  onAnswer(({ elt, status, url }) => {
    if (elt !== live) return;
    const signedOut = isSignIn(url);
    const answered = status >= 200 && status < 300 && !signedOut;
    wait = answered ? EVERY : Math.min(wait * 2, AT_MOST);
    if (answered) showConnection("");
    else if (!signedOut) showConnection("lost");
    later();
  });
  // The page may have been fetched some minutes ago, and only the answer tells who else is here.
  if (document.readyState === "complete") ask();
  else addEventListener("load", ask, { once: true });
}
