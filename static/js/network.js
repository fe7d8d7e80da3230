// Requests that fail: nothing is lost, and the person is told what to do.

import { warn } from "./toasts.js";

const page = document.querySelector("[data-sign-in]");
const connection = document.getElementById("connection");

/** The token changes when somebody signs in again in another tab; the cookie has the latest. */
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
}

/** No answer of ours is a redirect, but to the sign-in page. */
export const isSignIn = (url) => new URL(url, location.href).pathname.startsWith(page.dataset.signIn);

/** @param {"" | "lost" | "signed-out"} state */
export function showConnection(state) {
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  for (const message of connection.children) message.hidden = message.dataset.when !== state;
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get") return;
  detail.headers["X-CSRFToken"] = csrfToken();
  if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", csrfToken());
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseURL || !isSignIn(xhr.responseURL)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = true;
});

const REASONS = {
  403: "You may have signed in again elsewhere, or your role does not allow this. Try once more; if it stays, reload the page in another tab.",
  404: "It is not there any more, or you have left its desk.",
  413: "It is too much text.",
  429: "Too many requests came from you. Wait a minute, then try again.",
};

/** @returns {string} */
function outcome(detail, reason) {
  const wrote = detail.requestConfig.verb !== "get";
  return `${wrote ? "Nothing was saved" : "It could not be loaded"}: ${reason} What you typed is still here.`;
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (isSignIn(detail.xhr.responseURL)) return showConnection("signed-out");
  if (detail.requestConfig.elt.id === "live") return;
  warn(outcome(detail, REASONS[detail.xhr.status] ?? "the server has a problem. Try again in a moment."));
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    if (detail.requestConfig.elt.id !== "live") warn(outcome(detail, "the server cannot be reached. Check your connection, then try again."));
  });
}
