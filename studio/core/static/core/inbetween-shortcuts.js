// Keys of the page. They stay away from fields, open dialogs, and buttons that have the focus.

const TOOLS = { v: "look", p: "pin", m: "match", u: "apart", x: "vanish", c: "appear", d: "depth", b: "bend", t: "protect", s: "smear" };
const MODES = { 1: "result", 2: "keys", 3: "side", 4: "sure" };
const COMMANDS = {
  " ": "play", ",": "before", ".": "after", "+": "forward", "-": "back", o: "skins", g: "ground", f: "fit", i: "put",
  "[": "pair-before", "]": "pair-after", Escape: "escape", PageUp: "closer", PageDown: "farther",
};
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

export function listen(desk) {
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
    if (!owns && act(desk, event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
  });
  desk.find("canvas").addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
    if (!move) return;
    desk.stage.pan(...move);
    event.preventDefault();
  });
}

function act(desk, key) {
  if (TOOLS[key]) desk.hold(TOOLS[key]);
  else if (MODES[key]) desk.setMode(MODES[key]);
  else if (COMMANDS[key]) desk.run(COMMANDS[key]);
  else return false;
  return true;
}
