// The list of gaps: each a switch, its colour saying whether it is closed; pointing at one lights it on the canvas.

import { fill } from "./desk-words.js";

export class Gaps {
  constructor(desk) {
    this.desk = desk;
    this.root = desk.find("[data-part=closures]");
    this.list = this.root.querySelector("ol");
  }

  tell(closures) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.name : null;
    this.list.replaceChildren(...closures.map((each) => this.row(each)));
    this.root.querySelector("[data-count]").textContent = `${closures.filter((each) => each.is_on).length}/${closures.length}`;
    this.root.querySelector("[data-nothing]").hidden = closures.length > 0;
    if (focused) this.find(focused)?.querySelector("input").focus();
  }

  find(name) {
    return [...this.list.children].find((row) => row.dataset.name === name);
  }

  row(closure) {
    const { words } = this.desk;
    const row = document.createElement("li");
    Object.assign(row.dataset, { name: closure.name, on: String(closure.is_on) });
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", checked: closure.is_on });
    const facts = { name: closure.name.slice(1), length: Math.round(closure.length_px), sure: `${Math.round(closure.confidence * 100)} %` };
    const text = document.createElement("span");
    text.textContent = fill(words.closure, facts);
    const state = Object.assign(document.createElement("span"), { className: "cu-state", textContent: closure.is_on ? words.closed : words.open });
    label.append(input, text, state);
    row.append(label);
    input.addEventListener("change", () => this.desk.switchGap(closure));
    row.addEventListener("pointerenter", () => this.desk.lightGap(closure.name));
    row.addEventListener("pointerleave", () => this.desk.lightGap(null));
    input.addEventListener("focus", () => this.desk.showGap(closure));
    input.addEventListener("blur", () => this.desk.lightGap(null));
    return row;
  }

  /** Go to the gap before or behind the one that has the focus. */
  step(by) {
    const rows = [...this.list.children];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length];
    next?.querySelector("input").focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  mark(name) {
    for (const row of this.list.children) row.toggleAttribute("data-lit", row.dataset.name === name);
  }
}
