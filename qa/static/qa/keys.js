// Keys of a desk. A key never fires while somebody is typing or while a browser shortcut is meant.

// What may go on while a key is held down. A verdict never does: a heavy thumb would decide about ten flags.
const REPEATS = new Set(["before", "after", "closer", "farther", "down", "up", "earlier", "later"]);
const TYPED = new Set(["text", "search", "email", "url", "number", "date", "password", "tel"]);

/** Tell whether the event goes to a field that takes letters. */
export function isTyping(event) {
  const target = event.target;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") {
    return true;
  }
  return target.tagName === "INPUT" && TYPED.has(target.type);
}

/** Name the key of an event: one character in lower case, or "Enter", "Escape", "ArrowLeft". */
export function keyOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return "";
  }
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/**
 * Call `run(command)` for every key of `table` ({key: command}).
 *
 * Space and Enter stay with the button or summary that has the focus, Enter also with a link. Escape leaves a text field.
 * Returns a function that ends the listening.
 */
export function listen(table, run) {
  const onKey = (event) => {
    if (isTyping(event)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const key = keyOf(event);
    const command = table[key];
    if (!command || (event.repeat && !REPEATS.has(command)) || document.querySelector("dialog[open]")) return;
    const ownsKey =
      (key === " " && event.target.closest("button, summary, input")) ||
      (key === "Enter" && event.target.closest("button, a, summary, input"));
    const ownsArrow = key.startsWith("Arrow") && event.target.matches("input");
    if (ownsKey || ownsArrow) return;
    if (run(command, event) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
