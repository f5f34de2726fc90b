// The drawer beside any page: jobs or notices, opened by a button that names its address; focus goes in and comes back.

const drawer = document.getElementById("drawer");
let opener = null;

export const isOpen = () => Boolean(drawer && !drawer.hidden);

export function closeDrawer() {
  if (!isOpen()) return false;
  const held = drawer.contains(document.activeElement) || document.activeElement === document.body;
  drawer.hidden = true;
  drawer.replaceChildren();
  opener?.setAttribute("aria-expanded", "false");
  if (held) opener?.focus();
  opener = null;
  return true;
}

export function toggleDrawer(button) {
  const isSame = opener === button;
  if (isOpen()) closeDrawer();
  if (isSame) return;
  opener = button;
  drawer.hidden = false;
  drawer.setAttribute("aria-label", button.dataset.drawerLabel ?? "");
  button.setAttribute("aria-expanded", "true");
  load().then(() => isOpen() && document.getElementById("drawer-close")?.focus());
}

export function reload(address) {
  if (isOpen() && opener?.dataset.drawer === address) load();
}

function load() {
  return window.htmx.ajax("GET", opener.dataset.drawer, { target: "#drawer", swap: "innerHTML" });
}

// An answer that comes after the other list was opened, or after closing, is not shown.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== drawer || event.detail.isError) return;
  const path = new URL(event.detail.xhr.responseURL || window.location.href).pathname;
  if (!opener || !path.startsWith(opener.dataset.drawer)) event.detail.shouldSwap = false;
});

// A card that was swapped away must not leave the keyboard on nothing.
document.body.addEventListener("htmx:afterSettle", () => {
  if (isOpen() && document.activeElement === document.body) document.getElementById("drawer-close")?.focus();
});
