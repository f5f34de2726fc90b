// The search in the top bar: what is found shows while one types; arrows choose, Enter opens, Escape closes.

const input = document.getElementById("search");
const list = document.getElementById("found");
const choices = () => [...list.querySelectorAll('[role="option"]:not([aria-disabled])')];

function choose(option) {
  choices().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function open(isOpen) {
  list.hidden = !isOpen;
  input.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) choose(null);
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    if (list.hidden) input.blur();
    else open(false);
    event.stopPropagation();
    return;
  }
  if (list.hidden) return;
  const all = choices();
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Enter" && all[at]) all[at].click();
  else return;
  event.preventDefault();
}

export function startSearch() {
  if (!input || !list) return;
  input.addEventListener("keydown", onKey);
  input.addEventListener("focus", () => list.childElementCount && input.value.trim() && open(true));
  input.addEventListener("input", () => choose(null)); // what is shown may not fit any more
  list.addEventListener("htmx:afterSettle", () => {
    const isWanted = document.activeElement === input && list.childElementCount > 0;
    open(isWanted);
    if (isWanted) choose(choices()[0]);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  input.addEventListener("blur", () => open(false));
}
