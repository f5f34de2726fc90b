// The timesheet laid flat: a row for each cell with its holds, marks for comments, the playhead, and what is played.

const ROW_PX = 24;
const RULER_PX = 18;

export class Timeline {
  /** `act` = {seek(frame), cell(name), hide(name)}. */
  constructor(root, words, act) {
    this.root = root.querySelector("[data-time]");
    this.tracks = this.root.querySelector("[data-tracks]");
    this.labels = this.root.querySelector("[data-labels]");
    this.canvas = this.tracks.querySelector("canvas");
    this.words = words;
    this.act = act;
    this.marks = [];
    this.states = new Map();
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.tracks);
    this.themed = new MutationObserver(() => this.paint());
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.listen();
  }

  close() {
    this.observer.disconnect();
    this.themed.disconnect();
  }

  /** Show a take; `state` = {active, hidden: Set, solo, range}. */
  use(take, state) {
    this.take = take;
    this.state = state;
    this.paintLabels();
    this.paint();
  }

  /** Show comments as marks: [{number, from, to, drawing, open}]. */
  comment(marks) {
    this.marks = marks;
    this.paint();
  }

  /** Say of drawings what they are against the other take: Map(id -> {state}). */
  compare(states) {
    this.states = states;
    this.paint();
  }

  at(frame) {
    const { duration, fps } = this.take;
    const step = 100 / duration;
    const head = this.root.querySelector("[data-head]");
    head.style.left = `${(frame - 1) * step}%`;
    head.style.width = `${step}%`;
    this.tracks.setAttribute("aria-valuenow", String(frame));
    this.tracks.setAttribute("aria-valuetext", this.words.frame(frame, duration));
    this.fps = fps;
  }

  range([first, last]) {
    const { duration } = this.take;
    const mark = this.root.querySelector("[data-range-mark]");
    mark.hidden = first === 1 && last === duration;
    mark.style.left = `${((first - 1) / duration) * 100}%`;
    mark.style.width = `${((last - first + 1) / duration) * 100}%`;
  }

  listen() {
    const frameAt = (event) => {
      const { left, width } = this.tracks.getBoundingClientRect();
      const frame = 1 + Math.floor(((event.clientX - left) / width) * this.take.duration);
      return Math.min(this.take.duration, Math.max(1, frame));
    };
    this.tracks.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.tracks.setPointerCapture(event.pointerId);
      this.dragging = true;
      const row = Math.floor((event.offsetY - RULER_PX) / ROW_PX);
      const cell = this.rows()[row];
      if (cell) this.act.cell(cell.name);
      this.act.seek(frameAt(event));
    });
    this.tracks.addEventListener("pointermove", (event) => this.dragging && this.act.seek(frameAt(event)));
    for (const end of ["pointerup", "pointercancel"]) this.tracks.addEventListener(end, () => (this.dragging = false));
  }

  /** Cells from the top of the stack down, as they lie over each other. */
  rows() {
    return [...this.take.cells].reverse();
  }

  paintLabels() {
    const { active, hidden } = this.state;
    this.labels.replaceChildren(
      ...this.rows().map((cell) => {
        const row = Object.assign(document.createElement("div"), { className: "time-label" });
        const shown = !hidden.has(cell.name);
        row.append(
          button("○", () => this.act.hide(cell.name), { pressed: shown, label: this.words.cell(cell.name), text: shown ? "◉" : "○" }),
          button(cell.name, () => this.act.cell(cell.name), { current: cell.name === active, title: cell.onSheet || !this.take.hasSheet ? "" : this.words.offSheet }),
        );
        return row;
      }),
    );
  }

  paint() {
    if (!this.take) return;
    const height = RULER_PX + this.take.cells.length * ROW_PX;
    this.tracks.style.height = `${height}px`;
    const width = this.tracks.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const styles = getComputedStyle(document.documentElement);
    const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
    const step = width / this.take.duration;
    this.paintRuler(context, colour, step, height);
    this.rows().forEach((cell, row) => this.paintCell(context, colour, step, cell, RULER_PX + row * ROW_PX));
    this.paintMarks(context, colour, step);
  }

  paintRuler(context, colour, step, height) {
    const second = Math.max(1, Math.round(this.take.fps));
    context.font = `10px ${getComputedStyle(document.body).fontFamily}`;
    context.textBaseline = "middle";
    const every = [1, 6, 12, second].find((frames) => frames * step >= 5) ?? second;
    for (let frame = 0; frame <= this.take.duration; frame += 1) {
      const isSecond = frame % second === 0;
      if (!isSecond && frame % every) continue;
      context.fillStyle = colour(isSecond ? "g5" : "g4");
      context.fillRect(frame * step, isSecond ? 0 : RULER_PX - 5, 1, isSecond ? height : 5);
      if (isSecond && frame < this.take.duration) {
        context.fillStyle = colour("ink-3");
        context.fillText(`${frame / second}+`, frame * step + 3, 7);
      }
    }
  }

  paintCell(context, colour, step, cell, top) {
    const { active, hidden } = this.state;
    const dim = hidden.has(cell.name);
    for (const [from, frames, id, number] of cell.spans) {
      const [left, width] = [(from - 1) * step, frames * step];
      if (!number) continue;
      context.globalAlpha = dim ? 0.35 : 1;
      if (id === null) missing(context, colour, left, top, width);
      else {
        context.fillStyle = colour(cell.name === active ? "accent-soft" : "g3");
        context.fillRect(left + 0.5, top + 1.5, Math.max(1, width - 1), ROW_PX - 3);
        this.paintState(context, colour, id, left, top, width);
      }
      if (width > 9 + 5 * number.length) {
        context.fillStyle = colour(id === null ? "bad" : "ink");
        context.fillText(number, left + 4, top + ROW_PX / 2 + 0.5);
      }
    }
    context.globalAlpha = 1;
  }

  /** A bar below for what changed, a square for what is flagged; neither by colour alone. */
  paintState(context, colour, id, left, top, width) {
    const state = this.states.get(id)?.state;
    if (state === "changed" || state === "new") {
      context.fillStyle = colour("warn");
      context.fillRect(left + 0.5, top + ROW_PX - 4, Math.max(1, width - 1), state === "new" ? 3 : 1.5);
    }
    if (this.take.drawing(id)?.flags) {
      context.fillStyle = colour("bad");
      context.fillRect(left + Math.max(1, width - 8), top + 4, Math.min(5, width), 5);
    }
  }

  paintMarks(context, colour, step) {
    for (const mark of this.marks) {
      const from = mark.from ?? this.take.frameOf(mark.drawing);
      if (!from) continue;
      const frames = mark.from ? mark.to - mark.from + 1 : 1;
      const left = (from - 1) * step;
      context.fillStyle = colour(mark.open ? "accent" : "g5");
      if (mark.from) context.fillRect(left, RULER_PX - 3, Math.max(2, frames * step), 3);
      context.beginPath();
      context.arc(left + 4, RULER_PX - 6, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function missing(context, colour, left, top, width) {
  context.save();
  context.beginPath();
  context.rect(left + 0.5, top + 1.5, Math.max(1, width - 1), ROW_PX - 3);
  context.strokeStyle = colour("bad");
  context.lineWidth = 1;
  context.setLineDash([3, 2]);
  context.stroke();
  context.restore();
}

function button(name, act, { pressed, current, label, text, title }) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text ?? name, title: title ?? "" });
  if (label) made.setAttribute("aria-label", label);
  if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
  if (current) made.setAttribute("aria-current", "true");
  made.addEventListener("click", act);
  return made;
}
