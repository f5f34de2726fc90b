// The last verdict of this tab, so that U takes it back from the next flag, the queue, or after a reload.

const KEPT_UNDER = "sakkan.undo";

/** Keep {url, words} of the last verdict; null forgets it. */
export function keepUndo(last) {
  if (last) sessionStorage.setItem(KEPT_UNDER, JSON.stringify(last));
  else sessionStorage.removeItem(KEPT_UNDER);
}

/** Return {url, words} of the last verdict, or null. */
export function lastUndo() {
  return JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? "null");
}

/** Show what was done; with an address also the button that takes it back. */
export function showUndo(last) {
  const line = document.getElementById("undo");
  if (!line || !last) return;
  line.hidden = false;
  line.querySelector("[data-words]").textContent = last.words;
  line.querySelector("[data-do=undo]").hidden = !last.url;
}
