// The flags that this tab has shown, so that P goes back to the one that was just seen.

const KEPT_UNDER = "sakkan.trail";
const MOST = 100;

function trail() {
  return JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? "[]");
}

/** Note that a flag is on the screen. */
export function visited(url) {
  const before = trail().filter((each) => each !== url);
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify([...before, url].slice(-MOST)));
}

/** Return the address of the flag seen before the present one, or null; the present one is forgotten. */
export function wayBack() {
  const before = trail().slice(0, -1);
  if (!before.length) return null;
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(before));
  return before[before.length - 1];
}
