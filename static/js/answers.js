// What the server answered to htmx, told once for each request.

/**
 * @typedef {object} Answer
 * @property {Element} elt what made the request
 * @property {string} verb in lower case
 * @property {number} status 0 when no answer came
 * @property {string} url where the answer came from, after redirects
 * @property {FormData} sent
 * @property {string} target the id of what the answer replaced
 */

/** @type {((answer: Answer) => void)[]} */
const listeners = [];
/** @type {WeakSet<XMLHttpRequest>} */
const told = new WeakSet();

/** Call back after each answer is on the page, in the order of the calls here. */
export const onAnswer = (listener) => listeners.push(listener);

// When what made the request is gone, htmx tells of it a second time, from where it was.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { xhr, requestConfig, target } = detail;
  if (told.has(xhr)) return;
  told.add(xhr);
  const { elt, verb, formData } = requestConfig;
  const answer = { elt, verb, status: xhr.status, url: xhr.responseURL, sent: formData, target: target?.id };
  for (const listener of listeners) listener(answer);
});
