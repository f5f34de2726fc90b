// The frame's own behaviour: keys, dialogs, menus, the jobs drawer. Pages work without it.

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
}

function openDialog(id, event) {
  event?.preventDefault();
  document.getElementById(id)?.showModal();
}

function closeDrawer() {
  const drawer = document.getElementById("drawer");
  if (!drawer || drawer.hidden) return;
  drawer.hidden = true;
  drawer.replaceChildren();
  const opener = document.querySelector("[data-drawer]");
  opener?.setAttribute("aria-expanded", "false");
  if (document.activeElement === document.body) opener?.focus();
}

function toggleDrawer(opener) {
  const drawer = document.getElementById("drawer");
  if (!drawer.hidden) return closeDrawer();
  drawer.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  window.htmx.ajax("GET", opener.dataset.drawer, { target: "#drawer", swap: "innerHTML" });
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

// Times come as UTC; the reader sees their own zone, short for today.
function localTimes(root) {
  const two = (number) => String(number).padStart(2, "0");
  root.querySelectorAll("time[data-moment]").forEach((place) => {
    const at = new Date(place.dateTime);
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
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
