// The lists and the dashboard. Elements with data-refresh ask for news of themselves now and then.

import "./requests.js";

const refreshes = (event) => event.target instanceof Element && event.target.matches("[data-refresh]");
let opened = [];

// A hidden tab asks for nothing; it asks as soon as it is shown again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (refreshes(event) && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // Whoever was signed out meanwhile is sent to the sign-in page, which is no part of this one.
  if (new URL(event.detail.xhr.responseURL).pathname.startsWith("/accounts/")) {
    event.preventDefault();
    location.reload();
  } else if (refreshes(event)) {
    opened = [...event.target.querySelectorAll("details[open]")].map((details) => details.id);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!refreshes(event)) return;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});
