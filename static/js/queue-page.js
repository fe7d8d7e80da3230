// The queue: N begins with the next claim, as it goes on to it from an article.

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem("factcheck.single-keys") === "off") return;
  if (event.key !== "N" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  document.getElementById("begin").requestSubmit();
});
