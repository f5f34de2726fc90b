// One cheap question every few seconds while the page is seen: how many jobs, how many notices, what is new.

import { reload } from "./drawer.js";

const EVERY_MS = 5000;
const TOAST_MS = 12000;
const MOST_TOASTS = 4;
const root = document.querySelector("[data-now]");
let newest = Number(root?.dataset.newest ?? 0);
let pauseMs = EVERY_MS;
let timer = 0;
let asking = false;

function schedule() {
  window.clearTimeout(timer);
  if (document.visibilityState === "visible") timer = window.setTimeout(ask, pauseMs);
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(`${root.dataset.now}?since=${newest}`, {
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    pauseMs = EVERY_MS;
  } catch {
    pauseMs = Math.min(60000, pauseMs * 2); // the server or the session is away: ask seldom, until it answers
  } finally {
    asking = false;
    schedule();
  }
}

function show(now) {
  number("job-count", now.jobs);
  const bell = number("notice-count", now.unread);
  document.getElementById("notice-count")?.classList.toggle("badge-accent", now.unread > 0);
  if (bell || now.newest > newest) reload(noticesAddress());
  newest = Math.max(newest, now.newest);
  now.news.toReversed().forEach(toast);
}

function number(id, value) {
  const place = document.getElementById(id);
  if (!place || place.textContent === String(value)) return false;
  place.textContent = String(value);
  return true;
}

function noticesAddress() {
  return document.getElementById("notice-count")?.closest("[data-drawer]")?.dataset.drawer ?? "";
}

function toast(news) {
  const card = document.getElementById("toast").content.cloneNode(true).firstElementChild;
  card.querySelector("[data-toast-link]").href = news.url;
  card.querySelector("[data-toast-title]").textContent = news.title;
  card.querySelector("[data-toast-sentence]").textContent = news.sentence;
  card.querySelector("[data-toast-close]").addEventListener("click", () => card.remove());
  while (root.children.length >= MOST_TOASTS) root.firstElementChild.remove();
  root.append(card);
  leaveLater(card);
}

// It goes by itself, but not while somebody reads it or has the focus in it.
function leaveLater(card) {
  window.setTimeout(() => {
    if (card.matches(":hover, :focus-within")) leaveLater(card);
    else card.remove();
  }, TOAST_MS);
}

export function startAsking() {
  if (!root) return;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
    else window.clearTimeout(timer);
  });
  document.body.addEventListener("jobs-changed", ask);
  document.body.addEventListener("notices-changed", ask);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "drawer" || event.detail.elt?.closest?.("#drawer")) afterDrawer();
  });
  schedule();
}

// The drawer has just been told the number of unread ones: the bell need not wait for the next question.
function afterDrawer() {
  const list = document.getElementById("notice-list");
  if (!list) return;
  const unread = Number(list.dataset.noticesShown);
  number("notice-count", unread);
  document.getElementById("notice-count")?.classList.toggle("badge-accent", unread > 0);
}
