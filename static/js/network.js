// The connection of a page where one works for long: it may be lost, and the sign-in may end.

import "./requests.js";

const page = document.querySelector("[data-sign-in]");
const connection = document.getElementById("connection");

/** No answer of ours is a redirect, but to the sign-in page. */
export const isSignIn = (url) => new URL(url, location.href).pathname.startsWith(page.dataset.signIn);

/** @param {"" | "lost" | "signed-out"} state */
export function showConnection(state) {
  if (connection.dataset.state === state) return;
  connection.dataset.state = state;
  for (const message of connection.children) message.hidden = message.dataset.when !== state;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseURL || !isSignIn(xhr.responseURL)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = true;
  showConnection("signed-out");
});
