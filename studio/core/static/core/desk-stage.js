// The canvas: zoom, pan, one pane or two, and who gets the pointer. What is painted comes from `paint(context, pane)`.
//
// Everything is placed in px of the drawing. With a tool in the hand the primary button is the tool's; the wheel, the
// middle and right button, two fingers and the arrow keys still move the view.

const GAP_PX = 4;
const MOST_SCALE = 48;

export class Stage {
  /** `two` = names of the modes that show two panes beside each other. */
  constructor(canvas, paint, two = []) {
    this.two = new Set(two);
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.paintPane = paint;
    this.view = { x: 0, y: 0, scale: 1 };
    this.size = [1, 1];
    this.mode = "";
    this.tool = null;
    this.fingers = new Map();
    const on = (name, act, options) => canvas.addEventListener(name, act, options);
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event, false));
    on("pointercancel", (event) => this.up(event, true));
    on("pointerleave", () => this.tool?.leave?.());
    on("contextmenu", (event) => event.preventDefault());
    on("dblclick", () => this.tool?.pans && this.fit());
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => this.resize(), { once: true });
    this.resize();
  }

  resize() {
    const { width, height } = this.canvas.parentElement.getBoundingClientRect();
    if (!width || !height) return;
    this.ratio = devicePixelRatio || 1;
    const first = !this.width;
    [this.width, this.height] = [width, height];
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    if (first || !this.zoomed) this.fit();
    this.repaint();
  }

  /** Show a part of the drawing; everything unless a box [left, top, right, bottom] is named. */
  fit(box = this.home ?? [0, 0, ...this.size], margin = 0.04) {
    const [pane] = this.panes();
    const [left, top, right, bottom] = box;
    const wide = Math.max(4, right - left) * (1 + 2 * margin);
    const high = Math.max(4, bottom - top) * (1 + 2 * margin);
    this.view = {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      scale: Math.min(pane.width / wide, pane.height / high, MOST_SCALE),
    };
    this.zoomed = false;
    this.repaint();
  }

  /** Take another size, and the part of it where something is drawn. */
  take([width, height], home) {
    this.size = [width, height];
    this.home = home;
    this.fit();
  }

  setMode(mode) {
    const two = this.two.has(this.mode);
    this.mode = mode;
    if (this.two.has(mode) !== two && !this.zoomed) this.fit();
    this.repaint();
  }

  panes() {
    const [width, height] = [this.width || 1, this.height || 1];
    if (!this.two.has(this.mode)) return [{ key: "both", x: 0, width, height }];
    const half = (width - GAP_PX) / 2;
    return [
      { key: "a", x: 0, width: half, height },
      { key: "b", x: half + GAP_PX, width: half, height },
    ];
  }

  /** Return {point, pane} of a pointer's event: px of the drawing, and which pane it is. */
  spot(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const panes = this.panes();
    const pane = panes.find((each) => x < each.x + each.width + GAP_PX / 2) ?? panes.at(-1);
    const { view } = this;
    return {
      point: [view.x + (x - pane.x - pane.width / 2) / view.scale, view.y + (y - pane.height / 2) / view.scale],
      pane: pane.key,
    };
  }

  wheel(event) {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015));
    this.zoom(factor, this.spot(event).point);
  }

  /** Zoom by a factor; the point of the drawing stays under the pointer, or in the middle. */
  zoom(factor, point = [this.view.x, this.view.y]) {
    const scale = Math.min(MOST_SCALE, Math.max(0.03, this.view.scale * factor));
    const part = 1 - this.view.scale / scale;
    this.view.x += (point[0] - this.view.x) * part;
    this.view.y += (point[1] - this.view.y) * part;
    this.view.scale = scale;
    this.zoomed = true;
    this.repaint();
  }

  /** Move the view by px of the screen. */
  pan(dx, dy) {
    this.view.x -= dx / this.view.scale;
    this.view.y -= dy / this.view.scale;
    this.zoomed = true;
    this.repaint();
  }

  down(event) {
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (this.fingers.size > 1) {
        this.drag?.tool?.cancel?.();
        this.drag = null;
        return;
      }
    }
    if (this.drag) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.tool?.aim?.(this.spot(event)); // fingers do not hover
    const tool = event.button === 0 && !this.tool?.pans ? this.tool : null;
    this.drag = { id: event.pointerId, tool, last: [event.clientX, event.clientY], moved: 0 };
    tool?.down(this.spot(event), event);
    this.cursor();
  }

  move(event) {
    if (this.fingers.size > 1 && this.fingers.has(event.pointerId)) return this.pinch(event);
    const { drag } = this;
    if (!drag || drag.id !== event.pointerId) return this.tool?.hover?.(this.spot(event), event);
    if (drag.tool) return drag.tool.move(this.spot(event), event);
    const [x, y] = drag.last;
    drag.moved += Math.hypot(event.clientX - x, event.clientY - y);
    drag.last = [event.clientX, event.clientY];
    return this.pan(event.clientX - x, event.clientY - y);
  }

  pinch(event) {
    const before = [...this.fingers.values()].slice(0, 2);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const after = [...this.fingers.values()].slice(0, 2);
    const middle = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    const apart = ([one, other]) => Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
    const [from, to] = [middle(before), middle(after)];
    this.pan(to[0] - from[0], to[1] - from[1]);
    this.zoom(apart(after) / apart(before), this.spot({ clientX: to[0], clientY: to[1] }).point);
  }

  up(event, broken) {
    this.fingers.delete(event.pointerId);
    const { drag } = this;
    if (!drag || drag.id !== event.pointerId) return;
    this.drag = null;
    if (broken) drag.tool?.cancel?.();
    else if (drag.tool) drag.tool.up(this.spot(event), event);
    else if (drag.moved < 4 && event.button === 0) this.tool?.click?.(this.spot(event), event);
    this.cursor();
    this.repaint();
  }

  /** Take a tool in the hand. */
  hold(tool) {
    this.drag?.tool?.cancel?.();
    this.drag = null;
    this.tool = tool;
    this.cursor();
    this.repaint();
  }

  cursor() {
    this.canvas.dataset.cursor = this.drag && !this.drag.tool ? "grabbing" : (this.tool?.cursor ?? "default");
  }

  repaint() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    const { context, view, ratio } = this;
    if (!this.width) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const pane of this.panes()) {
      context.save();
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.beginPath();
      context.rect(pane.x, 0, pane.width, pane.height);
      context.clip();
      const [x, y] = [pane.x + pane.width / 2 - view.x * view.scale, pane.height / 2 - view.y * view.scale];
      context.translate(x, y);
      context.scale(view.scale, view.scale);
      this.paintPane(context, { ...pane, scale: view.scale });
      context.restore();
    }
  }
}
