// Comments on the picture: a numbered mark at the point that is meant, and the finger that points.

const RADIUS_PX = 11;
const SLIP_PX = 5; // a click that moved farther was a drag

export class Pins {
  /** `act` = {threads(), choose(id), field}. */
  constructor(stage, act) {
    this.stage = stage;
    this.viewer = stage.viewer;
    this.act = act;
    this.drawings = [];
    this.layer = { paint: (context, pane) => this.draw(context, pane) };
    this.viewer.layers.push(this.layer);
    this.tool = {
      cursor: "crosshair",
      fingers: true,
      down: (point, event) => (this.pressed = [event.clientX, event.clientY]),
      move: (point, event) => this.drag(event),
      up: (point) => this.point(point),
    };
    this.canvas = this.viewer.canvas;
    this.onDown = (event) => (this.from = [event.clientX, event.clientY]);
    this.onClick = (event) => this.click(event);
    // A click in the picture leaves the caret in the field: else the next letter would be a key of the desk.
    this.onMouse = (event) => document.activeElement === this.act.field.text && event.preventDefault();
    this.canvas.addEventListener("mousedown", this.onMouse);
    this.canvas.addEventListener("pointerdown", this.onDown);
    this.canvas.addEventListener("click", this.onClick);
  }

  close() {
    this.putAway();
    this.viewer.layers = this.viewer.layers.filter((each) => each !== this.layer);
    this.canvas.removeEventListener("mousedown", this.onMouse);
    this.canvas.removeEventListener("pointerdown", this.onDown);
    this.canvas.removeEventListener("click", this.onClick);
  }

  shows({ drawingIds, drawingId, playing }) {
    this.drawings = playing ? [] : (drawingIds ?? [drawingId]).filter(Boolean);
    this.paint();
  }

  paint() {
    this.viewer.repaintLayers?.();
  }

  /** While a comment is written a click in the picture points; the pen keeps its own hand. */
  preview() {
    if (this.pressed) return; // in the middle of a click
    const { field } = this.act;
    const pointing = field.kind() === "point" || (field.kind() === "drawing" && document.activeElement === field.text);
    if (pointing && field.here?.drawing && this.drawings.includes(field.here.drawing)) {
      if (!this.viewer.tool) this.viewer.tool = this.tool;
    } else this.putAway();
    this.paint();
  }

  putAway() {
    if (this.viewer.tool === this.tool) this.viewer.tool = null;
  }

  drag(event) {
    if (!this.pressed) return;
    const [x, y] = this.pressed;
    if (!this.moved && Math.hypot(event.clientX - x, event.clientY - y) < SLIP_PX) return;
    this.moved = true;
    const { scale } = this.viewer.view;
    const [lastX, lastY] = this.last ?? this.pressed;
    this.viewer.pan((lastX - event.clientX) / scale, (lastY - event.clientY) / scale);
    this.last = [event.clientX, event.clientY];
  }

  point([x, y]) {
    const { moved } = this;
    [this.pressed, this.last, this.moved] = [null, null, false];
    const { width, height } = this.viewer.size;
    if (!moved && x >= 0 && y >= 0 && x <= width && y <= height) this.act.field.pointAt([x, y]);
    else this.act.field.text.focus(); // the view was moved; one goes on writing
  }

  here() {
    return this.act.threads().filter((each) => each.point && this.drawings.includes(each.drawing));
  }

  /** A click on a mark chooses its comment. */
  click(event) {
    if (this.viewer.tool || !this.from) return;
    if (Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]) > SLIP_PX) return;
    const [x, y] = this.viewer.pointOf(event);
    const near = (RADIUS_PX + 3) / this.viewer.view.scale;
    const hit = this.here().findLast(({ point }) => Math.hypot(point[0] - x, point[1] - y) <= near);
    if (hit) this.act.choose(hit.id);
  }

  draw(context, pane) {
    const threads = this.here();
    for (const each of threads.filter(({ chosen }) => !chosen)) mark(context, pane, each.point, each);
    for (const each of threads.filter(({ chosen }) => chosen)) mark(context, pane, each.point, each);
    const { field } = this.act;
    if (field.point && this.drawings.includes(field.here?.drawing)) {
      mark(context, pane, field.point, { number: "+", open: true, chosen: true });
    }
  }
}

/** A mark keeps its size on the screen. Black and white, so that it tells on every colour and changes none. */
function mark(context, pane, [x, y], { number, open, chosen }) {
  context.save();
  context.translate(x, y);
  context.scale(1 / pane.scale, 1 / pane.scale);
  context.beginPath();
  context.arc(0, 0, chosen ? RADIUS_PX + 2 : RADIUS_PX, 0, 2 * Math.PI);
  context.fillStyle = open ? "#101010" : "rgb(255 255 255 / .85)";
  context.fill();
  context.lineWidth = chosen ? 4 : 2;
  context.strokeStyle = open ? "#ffffff" : "#5c5c5c";
  context.stroke();
  if (chosen) {
    context.lineWidth = 1.5;
    context.strokeStyle = "#101010";
    context.beginPath();
    context.arc(0, 0, RADIUS_PX + 4.5, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = open ? "#ffffff" : "#454545";
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(number, 0, 0.5);
  context.restore();
}
