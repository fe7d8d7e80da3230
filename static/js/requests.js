// What htmx asks for: with the latest token, and where it fails the person is told what to do.

import { ANOTHER_PERSON, takeBackUnsaved, warn, warnUnsaved } from "./warnings.js";

/** The token changes when somebody signs in again in another tab; the cookie has the latest. */
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return cookie ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
}

/** What a write of our own says of itself, as those of htmx do. */
export function headersOfWrite() {
  return { ...JSON.parse(document.body.getAttribute("hx-headers")), "X-CSRFToken": csrfToken() };
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get") return;
  detail.headers["X-CSRFToken"] = csrfToken();
  if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", csrfToken());
});

const REASONS = {
  403: "You may have signed in again elsewhere, or your role does not allow this. Try once more; if it stays, reload the page in another tab.",
  404: "It is not there any more, or you have left its desk.",
  413: "It is too much text.",
  429: "Too many requests came from you. Wait a minute, then try again.",
};

/** What the page asks for by itself it asks for again soon. */
function tell({ requestConfig }, reason) {
  if (requestConfig.elt.matches("#live, [data-refresh]")) return;
  const rest = `${reason} What you typed is still here.`;
  if (requestConfig.verb === "get") warn(`It could not be loaded: ${rest}`);
  else warnUnsaved(`Nothing was saved: ${rest}`);
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status, responseText } = detail.xhr;
  if (status === ANOTHER_PERSON) warnUnsaved(responseText);
  // The sign-in page in the place of an answer is a matter of the page.
  else if (status >= 400) tell(detail, REASONS[status] ?? "the server has a problem. Try again in a moment.");
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => tell(detail, "the server cannot be reached. Check your connection, then try again."));
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb !== "get") takeBackUnsaved();
});
