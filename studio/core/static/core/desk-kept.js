// What this browser keeps: how the desk was set up, and what was set for a drawing, so that a page that is closed by
// mistake loses nothing.

const MOST_KEPT = 40;

/** Return what was kept under a name, {} where there is nothing that can be read. */
export function restored(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    localStorage.removeItem(name);
    return {};
  }
}

/** Keep a thing under a name; of all names with this prefix only the newest are kept. */
export function remember(prefix, name, thing) {
  const names = Object.keys(localStorage).filter((each) => each.startsWith(prefix) && each !== name);
  if (names.length >= MOST_KEPT) localStorage.removeItem(names[0]);
  try {
    localStorage.setItem(name, JSON.stringify(thing));
  } catch {
    // no room in this browser: the sidecar can still be downloaded
  }
}
