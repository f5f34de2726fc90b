// Menus of the top bar: a filter that narrows a long list while one types, arrows that walk through it; the sidebar on small screens.

const links = (menu) => [...menu.querySelectorAll("a, button, input")].filter((each) => each.offsetParent);

function onToggle(event) {
  const menu = event.target;
  if (!menu.matches?.("details[data-menu]") || !menu.open) return;
  document.querySelectorAll("details[data-menu][open]").forEach((other) => {
    if (other !== menu) other.open = false;
  });
  menu.querySelector("[data-filter]")?.focus();
}

function onFilter(event) {
  const field = event.target.closest?.("[data-filter]");
  if (!field) return;
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const menu = field.closest("[data-menu]");
  let shown = 0;
  menu.querySelectorAll("[data-filtered]").forEach((entry) => {
    const text = entry.textContent.toLowerCase();
    entry.hidden = !words.every((word) => text.includes(word));
    shown += entry.hidden ? 0 : 1;
  });
  menu.querySelector("[data-filter-none]").hidden = shown > 0;
}

function onKey(event) {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu || event.isComposing) return;
  if (event.key === "Enter" && event.target.matches("[data-filter]")) {
    event.preventDefault();
    menu.querySelector("[data-filtered]:not([hidden])")?.click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = links(menu.querySelector(".menu-list"));
  const at = all.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  event.preventDefault();
  if (next < 0) menu.querySelector("summary").focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

export function closeSidebar() {
  const button = document.querySelector("[data-sidebar]");
  if (button?.getAttribute("aria-expanded") !== "true") return;
  showSidebar(button, false);
  button.focus();
}

function showSidebar(button, isShown) {
  document.getElementById("sidebar")?.classList.toggle("sidebar-open", isShown);
  button.setAttribute("aria-expanded", String(isShown));
  if (isShown) document.querySelector("#sidebar a")?.focus();
}

export function startMenus() {
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("input", onFilter);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sidebar]");
    if (button) showSidebar(button, button.getAttribute("aria-expanded") !== "true");
    else if (!event.target.closest("#sidebar")) {
      const open = document.querySelector('[data-sidebar][aria-expanded="true"]');
      if (open) showSidebar(open, false);
    }
  });
}
