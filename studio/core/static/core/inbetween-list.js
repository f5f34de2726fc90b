// The right side: what lies under the pointer, where a breakdown is needed, and everything that was set, each removable.

import { gradeOf } from "./inbetween-regions.js";
import { fill } from "./desk-words.js";

const NUMBERS = { depth: ["step", 1, -99, 99], arcs: ["bend", 0.05, -1, 1], smear: ["length", 0.05, 0.05, 1] };

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const at = ([x, y]) => `${Math.round(x)}, ${Math.round(y)}`;

/** Show a region under the pointer in words. */
export function tellRegion(holder, region, partner, words) {
  const swatch = holder.querySelector("[data-swatch]");
  const text = holder.querySelector("[data-text]");
  holder.dataset.grade = region ? gradeOf(region) : "";
  swatch.toggleAttribute("hidden", !region);
  if (!region) {
    text.textContent = words.hover;
    return;
  }
  swatch.querySelector("rect").setAttribute("fill", region.colour);
  const kind = region.ink ? words.line_of : words.region_of;
  const grade = words.grades[gradeOf(region)];
  const sure = `${Math.round(region.confidence * 100)} %`;
  const sentence = partner ? words.becomes : region.key === "a" ? words.has_none : words.comes_from_none;
  text.textContent = [fill(kind, { key: region.key.toUpperCase() }), fill(sentence, { grade, sure }), region.depth ? fill(words.depth_of, { step: region.depth }) : ""].filter(Boolean).join(" ");
}

/** List where a breakdown drawing is needed; `go(weak)` shows one. */
export function listWeak(panel, boxes, words, go) {
  panel.hidden = !boxes.length;
  panel.querySelector("[data-count]").textContent = String(boxes.length);
  const reasons = Map.groupBy(boxes.entries(), ([, weak]) => words.reasons[weak.reason] ?? words.reasons.no_partner);
  const rows = [...reasons].map(([reason, places]) => {
    const buttons = places.map(([index, weak]) => {
      const button = make("button", { type: "button", class: "btn btn-small" }, fill(words.show_place, { n: index + 1 }));
      button.addEventListener("click", () => go(weak));
      return button;
    });
    return make("li", {}, make("p", {}, reason), make("div", { class: "row" }, ...buttons));
  });
  panel.querySelector("ol").replaceChildren(...rows);
}

export class SetList {
  /** `on` = {lit(entry or null), go(entry)}. */
  constructor(root, work, words, on) {
    Object.assign(this, { root, work, words, on });
    this.list = root.querySelector("ol");
    work.addEventListener("change", () => this.draw());
    this.draw();
  }

  draw() {
    const entries = this.work.entries();
    const focused = this.list.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.place : null;
    const kind = document.activeElement?.dataset?.part;
    this.list.replaceChildren(...entries.map((each, place) => this.row(each, place)));
    this.root.querySelector("[data-count]").textContent = String(entries.length);
    this.root.querySelector("[data-nothing]").hidden = entries.length > 0;
    this.root.querySelector("[data-do=clear]").disabled = !entries.length;
    if (focused) this.refocus(Math.min(Number(focused), entries.length - 1), kind);
  }

  refocus(place, kind) {
    const row = this.list.children[place];
    (row?.querySelector(`[data-part=${kind}]`) ?? row?.querySelector("button"))?.focus();
  }

  row(each, place) {
    const { list, index, entry } = each;
    const name = make("span", { class: "set-name" }, this.words.lists[list], list === "pins" ? ` ${index + 1}` : "");
    const where = make("span", { class: "muted small" }, this.where(each));
    const text = make("span", { class: "grow set-text" }, name, " ", where);
    const row = make("li", { "data-place": place, "data-list": list }, text, ...this.number(each));
    const remove = make("button", { type: "button", class: "chip-x", "data-part": "remove", "aria-label": fill(this.words.remove, { what: this.words.lists[list], n: index + 1 }) }, "✕");
    remove.addEventListener("click", () => this.work.remove(list, index));
    row.append(remove);
    row.addEventListener("pointerenter", () => this.on.lit(each));
    row.addEventListener("pointerleave", () => this.on.lit(null));
    row.addEventListener("focusin", () => this.on.lit(each));
    row.addEventListener("focusout", () => this.on.lit(null));
    row.dataset.key = entry.key ?? "";
    return row;
  }

  where({ entry, list }) {
    if (entry.a_xy && entry.b_xy) return `${at(entry.a_xy)} → ${at(entry.b_xy)}`;
    const key = (entry.key ?? (entry.b_xy ? "b" : "a")).toUpperCase();
    const point = `${key} ${at(entry.xy ?? entry.a_xy ?? entry.b_xy)}`;
    return list === "smear" ? `${point} · ${entry.at}` : point;
  }

  number({ list, index, entry }) {
    if (!NUMBERS[list]) return [];
    const [field, step, min, max] = NUMBERS[list];
    const input = make("input", { type: "number", step, min, max, value: entry[field], "data-part": "number", class: "set-number", "aria-label": this.words.numbers[list] });
    input.addEventListener("change", () => {
      const value = Math.min(max, Math.max(min, Number(input.value)));
      if (list === "depth" && !Math.round(value)) this.work.remove(list, index);
      else this.work.replace(list, index, { ...entry, [field]: list === "depth" ? Math.round(value) : value });
    });
    return [input];
  }
}
