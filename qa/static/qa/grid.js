// Walking a list or a grid of flags by arrow keys, choosing on the way.

/** Return the rows that can be stood on: those of folded groups cannot. */
export const rows = () =>
  [...document.querySelectorAll("[data-flag]")].filter((row) => !row.closest("[data-folded]"));
export const current = () => document.querySelector("[data-flag][aria-current=true]");
export const chosen = () => rows().filter((row) => row.querySelector("[name=flags]")?.checked);

/** Return the chosen rows, else the one that is stood on. */
export function targets() {
  const many = chosen();
  return many.length ? many : [current()].filter(Boolean);
}

export function stand(row) {
  if (!row) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.querySelector("a").focus({ preventScroll: true });
  const { top, bottom } = row.getBoundingClientRect();
  const covered = document.querySelector(".topbar").offsetHeight + (document.getElementById("chosen")?.offsetHeight ?? 0);
  if (top < covered + 8) window.scrollBy(0, top - covered - 8);
  else if (bottom > window.innerHeight) window.scrollBy(0, bottom - window.innerHeight + 8);
}

/** Return the row that lies in a direction: "left", "right", "up", "down". */
export function neighbour(direction) {
  const all = rows();
  const at = all.indexOf(current());
  if (at < 0) return all[0];
  if (direction === "left") return all[Math.max(0, at - 1)];
  if (direction === "right") return all[Math.min(all.length - 1, at + 1)];
  return vertical(all, at, direction === "down" ? 1 : -1);
}

/** The card of the next line of cards that stands nearest above or below; lines of other groups count too. */
function vertical(all, at, step) {
  const here = all[at].getBoundingClientRect();
  let line = null;
  let best = all[at];
  let distance = Infinity;
  for (let index = at + step; index >= 0 && index < all.length; index += step) {
    const place = all[index].getBoundingClientRect();
    if (Math.abs(place.top - here.top) < 4) continue;
    line ??= place.top;
    if (Math.abs(place.top - line) > 4) break;
    if (Math.abs(place.left - here.left) < distance) {
      distance = Math.abs(place.left - here.left);
      best = all[index];
    }
  }
  return best;
}

export function choose(row, on) {
  const box = row?.querySelector("[name=flags]");
  if (!box) return;
  box.checked = on ?? !box.checked;
  row.toggleAttribute("data-chosen", box.checked);
  count();
}

/** Show how many are chosen and what can be done with them. */
export function count() {
  const bar = document.getElementById("chosen");
  if (!bar) return;
  const many = chosen().length;
  bar.hidden = many === 0;
  bar.querySelector("[data-count]").textContent = String(many);
}

/** Fold a group, or open it; its rows leave the choice when it is folded. */
export function fold(group, folded) {
  if (!group?.querySelector("[data-do=fold]")) return;
  if (folded) [...group.querySelectorAll("[data-flag]")].forEach((row) => choose(row, false));
  group.toggleAttribute("data-folded", folded);
  group.querySelector("[data-do=fold]").setAttribute("aria-expanded", String(!folded));
}
