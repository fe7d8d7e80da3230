// Ctrl Enter sends the form one types in.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  // 229: a key that an input method takes.
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const form = event.target.closest("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
