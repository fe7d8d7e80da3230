// Ctrl Enter sends the form one types in, once however long it is held.

let sent = new WeakSet();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  // 229: a key that an input method takes.
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const form = event.target.closest("form");
  if (!form) return;
  event.preventDefault();
  if (event.repeat || sent.has(form) || form.matches(".htmx-request")) return;
  form.requestSubmit();
});

// What a script takes is sent by the script: htmx marks it meanwhile.
addEventListener("submit", (event) => { if (!event.defaultPrevented) sent.add(event.target); });
addEventListener("pageshow", () => { sent = new WeakSet(); });
