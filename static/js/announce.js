// What a screen reader is told.

const status = document.getElementById("announce");

/**
 * @param {string} message
 */
export function announce(message) {
  // The same words twice are two messages, and are only read again when the text differs.
  status.textContent = status.textContent === message ? `${message}\u00a0` : message;
}
