// How many notifications are unread, in the header of every page, while the page is looked at.

const EVERY = 30_000;
const bell = document.getElementById("bell");
const name = bell.querySelector(".visually-hidden");
const count = bell.querySelector(".bell-count");
let timer = 0;
let told = 0;

function show(unread) {
  name.textContent = unread ? `Notifications, ${unread} unread` : "Notifications";
  count.textContent = unread > 99 ? "99+" : String(unread);
  count.hidden = unread === 0;
  if (unread > told) document.body.dispatchEvent(new Event("notifications-came"));
  told = unread;
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(bell.dataset.unread, { redirect: "manual" });
    // Whoever was signed out meanwhile is sent elsewhere: the page itself tells of that.
    if (answer.ok) show((await answer.json()).unread);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // The server cannot be reached: try later.
  }
  clearTimeout(timer);
  timer = setTimeout(ask, EVERY);
}

document.addEventListener("visibilitychange", ask);
document.addEventListener("notifications-read", ask);
ask();
