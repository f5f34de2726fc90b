// The frame's own behaviour: keys, dialogs, menus, the drawer, search, what is new. Pages work without it.

import { closeDrawer, toggleDrawer } from "./drawer.js";
import { closeSidebar, startMenus } from "./menus.js";
import { startAsking } from "./now.js";
import { startSearch } from "./search.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return closeAll();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return openDialog("keys", event);
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, select, textarea")) wanted.focus();
  else wanted.click();
}

function closeAll() {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  closeDrawer();
  closeSidebar();
}

function openDialog(id, event) {
  event?.preventDefault();
  document.getElementById(id)?.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) return openDialog(opener.dataset.openDialog, event);
  const drawer = event.target.closest("[data-drawer]");
  if (drawer) return toggleDrawer(drawer);
  if (event.target.closest("[data-close-drawer]")) return closeDrawer();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

function onSubmit(event) {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}

function onChange(event) {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
}

const two = (number) => String(number).padStart(2, "0");

// As studio/config/formats has it: Japanese in its own way, ISO for everybody else.
function dayOf(at) {
  const [year, month, day] = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return document.documentElement.lang === "ja" ? `${year}年${month}月${day}日` : `${year}-${two(month)}-${two(day)}`;
}

// Times come as UTC; the reader sees their own zone, short for today.
function localTimes(root) {
  root.querySelectorAll("time[data-moment]").forEach((place) => {
    const at = new Date(place.dateTime);
    const day = dayOf(at);
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    place.title = `${day} ${clock}:${two(at.getSeconds())}`;
    place.textContent = at.toDateString() === new Date().toDateString() ? clock : `${day} ${clock}`;
    place.removeAttribute("data-moment");
  });
}

// A session that ended answers a fragment with the sign-in page: show that page, not a piece of it.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (!answered || new URL(answered).pathname !== "/login/") return;
  event.detail.shouldSwap = false;
  window.location.reload();
});

localTimes(document);
document.body.addEventListener("htmx:afterSettle", () => localTimes(document));
document.body.addEventListener("sakkan:shown", () => localTimes(document));
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("change", onChange);
startMenus();
startSearch();
startAsking();
