// The spacing chart under the canvas: a ladder from key A to key B whose rungs can be dragged, and where one stands.
//
// Rungs are sliders for the keyboard too: arrows move them, Delete takes them off. A double click puts one in.

import { fraction, tidy, written } from "./inbetween-state.js";
import { fill } from "./desk-words.js";

const SVG = "http://www.w3.org/2000/svg";
const SNAPS = [2, 3, 4, 5, 6, 8].flatMap((under) => Array.from({ length: under - 1 }, (_, index) => (index + 1) / under));
const SNAP_PX = 5;
const EDGE_PX = 34;
const LINE_Y = 34;

function node(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export class Chart {
  /** `on` = {seek(t), words}; `holder` is the element that the ladder fills. */
  constructor(holder, work, on) {
    this.holder = holder;
    this.work = work;
    this.on = on;
    this.here = 0.5;
    this.labels = { a: "A", b: "B" };
    holder.addEventListener("pointerdown", (event) => this.down(event));
    holder.addEventListener("pointermove", (event) => this.move(event));
    holder.addEventListener("pointerup", () => this.up());
    holder.addEventListener("pointercancel", () => this.up());
    holder.addEventListener("dblclick", (event) => this.put(event));
    holder.addEventListener("keydown", (event) => this.key(event));
    holder.addEventListener("focusin", (event) => this.focus(event));
    new ResizeObserver(() => this.draw()).observe(holder);
    work.addEventListener("change", () => this.draw());
    this.draw();
  }

  /** Say where the page stands, and what the drawings are: states = {t: "drawn" | "weak"}. */
  stand(here, states = new Map()) {
    this.here = here;
    this.states = states;
    this.draw();
  }

  get width() {
    return Math.max(80, this.holder.clientWidth);
  }

  x(t) {
    return EDGE_PX + t * (this.width - 2 * EDGE_PX);
  }

  t(event) {
    const { left } = this.holder.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left - EDGE_PX) / (this.width - 2 * EDGE_PX)));
  }

  draw() {
    const focused = this.holder.contains(document.activeElement) ? document.activeElement.dataset.index : null;
    const svg = node("svg", { viewBox: `0 0 ${this.width} 64`, width: this.width, height: 64, role: "group", "aria-label": this.on.words.chart });
    svg.append(node("line", { class: "chart-line", x1: this.x(0), x2: this.x(1), y1: LINE_Y, y2: LINE_Y }));
    svg.append(...SNAPS.slice(0, 6).map((t) => node("line", { class: "chart-grid", x1: this.x(t), x2: this.x(t), y1: LINE_Y - 3, y2: LINE_Y + 3 })));
    svg.append(this.end("a", 0), this.end("b", 1));
    this.work.positions.forEach((t, index) => svg.append(this.rung(t, index)));
    svg.append(node("path", { class: "chart-here", d: `M${this.x(this.here)} ${LINE_Y + 16}l6 9h-12z` }));
    this.holder.replaceChildren(svg);
    if (focused !== null && focused !== undefined) this.holder.querySelector(`[data-index="${focused}"]`)?.focus();
  }

  end(key, t) {
    const x = this.x(t);
    const text = node("text", { x, y: 12, class: "chart-key" });
    text.textContent = this.labels[key];
    const shape = key === "a" ? node("circle", { cx: x, cy: LINE_Y, r: 6 }) : node("rect", { x: x - 5.5, y: LINE_Y - 5.5, width: 11, height: 11 });
    return node("g", { class: `chart-end chart-${key}`, "data-seek": t, "aria-hidden": "true" }, node("line", { x1: x, x2: x, y1: LINE_Y - 16, y2: LINE_Y + 16 }), shape, text);
  }

  rung(t, index) {
    const x = this.x(t);
    const text = node("text", { x, y: 12 });
    text.textContent = fraction(t);
    const here = Math.abs(t - this.here) < 1e-6 ? " here" : "";
    const state = this.states?.get(t) ?? "";
    const marks = state === "weak" ? [node("path", { class: "chart-weak", d: `M${x - 5} ${LINE_Y + 25}l5-9 5 9z` })] : [];
    return node(
      "g",
      {
        class: `chart-rung ${state}${here}`, tabindex: "0", role: "slider", "data-index": index,
        "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": t, "aria-valuetext": fraction(t),
        "aria-label": fill(this.on.words.rung, { n: index + 1 }),
      },
      node("rect", { class: "chart-grip", x: x - 11, y: 0, width: 22, height: 64 }),
      node("line", { x1: x, x2: x, y1: LINE_Y - 12, y2: LINE_Y + 12 }),
      ...marks,
      text,
    );
  }

  down(event) {
    if (event.button) return;
    const rung = event.target.closest("[data-index]");
    const t = this.t(event);
    event.preventDefault();
    if (!rung) {
      this.seeking = true;
      this.on.seek(this.nearest(t));
    } else {
      rung.focus();
      this.drag = { index: Number(rung.dataset.index), gesture: `chart ${Date.now()}`, from: event.clientX, far: false };
      this.on.seek(this.work.positions[this.drag.index]);
    }
    this.holder.setPointerCapture(event.pointerId);
  }

  /** Return what can be shown nearest to a place on the line: a key or a rung. */
  nearest(t) {
    return [0, ...this.work.positions, 1].reduce((best, each) => (Math.abs(each - t) < Math.abs(best - t) ? each : best));
  }

  move(event) {
    if (this.seeking) return this.on.seek(this.nearest(this.t(event)));
    if (!this.drag) return null;
    if (Math.abs(event.clientX - this.drag.from) > 2) this.drag.far = true;
    return this.drag.far ? this.shift(this.drag.index, this.snapped(this.t(event), event.altKey), this.drag.gesture) : null;
  }

  snapped(t, freely) {
    const near = SNAPS.find((snap) => Math.abs(this.x(snap) - this.x(t)) <= SNAP_PX);
    return !freely && near ? near : Math.round(t * 200) / 200;
  }

  /** Move a rung; it stays between its neighbours, so that it keeps its place in the order. */
  shift(index, t, gesture) {
    const around = [0, ...this.work.positions, 1];
    const to = Math.min(around[index + 2] - 0.005, Math.max(around[index] + 0.005, t));
    const positions = tidy(this.work.positions.with(index, to));
    this.work.place(positions, written(positions), gesture);
    this.on.seek(positions[index]);
  }

  up() {
    this.drag = null;
    this.seeking = false;
  }

  put(event) {
    if (event.target.closest("[data-index]")) return;
    const t = this.snapped(this.t(event), event.altKey);
    this.add(t);
  }

  /** Put a rung in, unless one is there. */
  add(t) {
    const positions = tidy([...this.work.positions, t]);
    this.work.place(positions, written(positions));
    this.on.seek(this.nearest(t));
  }

  take(index) {
    const positions = this.work.positions.toSpliced(index, 1);
    this.work.place(positions, written(positions));
    this.on.seek(this.nearest(this.here));
  }

  focus(event) {
    const rung = event.target.closest?.("[data-index]");
    if (rung && !this.drag) this.on.seek(this.work.positions[Number(rung.dataset.index)]);
  }

  key(event) {
    const rung = event.target.closest("[data-index]");
    if (!rung || event.ctrlKey || event.metaKey) return;
    const index = Number(rung.dataset.index);
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by) this.shift(index, this.work.positions[index] + by * (event.shiftKey ? 0.05 : 0.01), `key ${index}`);
    else if (event.key === "Delete" || event.key === "Backspace") this.take(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
