// Keys of a desk. They stay away from fields, open dialogs, and buttons that have the focus.

const TYPED = new Set(["text", "search", "number", "file", "email", "url", "date"]);

function isTyping(target) {
  return target.matches?.("textarea, select, [contenteditable]") || (target.matches?.("input") && TYPED.has(target.type));
}

/** Undo and redo work everywhere but in a field, which has its own. */
function history(desk, event) {
  const key = event.key.toLowerCase();
  const redo = key === "y" || (key === "z" && event.shiftKey);
  if (key !== "z" && !redo) return false;
  desk.run(redo ? "redo" : "undo");
  return true;
}

/** `tools`, `modes` and `commands` say what a key does: a tool in the hand, another view, a command of the desk. */
export function listen(desk, maps) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      if (history(desk, event)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const owns = event.key === " " && event.target.closest("button, summary, a, input");
    if (!owns && act(desk, maps, event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
  });
  desk.find("canvas").addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
    if (!move) return;
    desk.stage.pan(...move);
    event.preventDefault();
  });
}

function act(desk, { tools, modes, commands }, key) {
  if (tools[key]) desk.hold(tools[key]);
  else if (modes[key]) desk.setMode(modes[key]);
  else if (commands[key]) desk.run(commands[key]);
  else return false;
  return true;
}
