// What others change shows up without a reload, while the page is looked at.

import { isSignIn, showConnection } from "./network.js";
import { takeIn } from "./claims.js";

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
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    // Any answer may bring rows that others changed.
    takeIn();
    if (detail.requestConfig.elt !== live) return;
    const answered = detail.xhr.status >= 200 && detail.xhr.status < 300 && !isSignIn(detail.xhr.responseURL);
    wait = answered ? EVERY : Math.min(wait * 2, AT_MOST);
    if (answered) showConnection("");
    else if (!isSignIn(detail.xhr.responseURL)) showConnection("lost");
    later();
  });
  later();
}
