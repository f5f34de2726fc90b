// The tools of the pen: each takes the pointer from down to up and hands over finished strokes.
//
// `desk` is what they work on: {viewer, ready(), width(), finish(stroke), repaint(), mine(), erase(uid), words}.

import { newUid } from "./penbox.js";
import { haloOf, letterHeight, paintStroke, simplified, touches } from "./penlines.js";

const FOLLOW = 0.62; // how much of the way to the pointer the line goes at once: takes the tremble, not the hand
const FINE_PX = 0.35; // on the screen: points nearer to the line than this say nothing
const MOST_POINTS = 1500;
const REACH_PX = 9;

/** Return the pressure of an event, 0 to 1; a mouse or a finger has none and counts as a half. */
function pressureOf(event) {
  return event.pointerType === "pen" ? event.pressure : 0.5;
}

function rounded(points) {
  return points.map(([x, y, p]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100, Math.round(p * 1000) / 1000]);
}

function strokeOf(tool, points, width, text = "") {
  return { uid: newUid(), tool, points: rounded(points), width_px: Math.round(width * 100) / 100, text };
}

/** The pen: every point that the tablet has measured, a little calmed, with its pressure. Shift draws straight. */
export class Pen {
  constructor(desk) {
    this.desk = desk;
    this.cursor = "crosshair";
  }

  down(point, event) {
    if (event.buttons & 32) {
      this.rubber = new Eraser(this.desk); // the other end of the pen
      this.rubber.down(point, event);
      return;
    }
    if (!this.desk.ready()) return;
    this.width = this.desk.width();
    this.points = [[...point, pressureOf(event)]];
    this.show();
  }

  move(point, event) {
    if (this.rubber) {
      this.rubber.move(point, event);
      return;
    }
    if (!this.points) return;
    if (event.shiftKey) {
      this.points = [this.points[0], [...point, pressureOf(event)]];
    } else {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) this.follow(this.desk.viewer.pointOf(each), pressureOf(each));
    }
    this.show();
  }

  follow([x, y], pressure) {
    const [lastX, lastY, lastPressure] = this.points.at(-1);
    const [toX, toY] = [lastX + (x - lastX) * FOLLOW, lastY + (y - lastY) * FOLLOW];
    if (Math.hypot(toX - lastX, toY - lastY) * this.desk.viewer.view.scale < FINE_PX) return;
    this.points.push([toX, toY, lastPressure + (pressure - lastPressure) * FOLLOW]);
  }

  up(point, event) {
    if (this.rubber) {
      this.rubber.up(point, event);
      this.rubber = null;
      return;
    }
    if (!this.points) return;
    // where the hand really left the paper, with the pressure of before: at the very end it is nothing
    if (!event.shiftKey && this.points.length > 1) this.points.push([...point, this.points.at(-1)[2]]);
    this.finish();
  }

  /** End the line where it is. */
  finish() {
    const { points, width } = this;
    if (!points) return;
    this.points = this.going = null;
    const fewer = simplified(points, FINE_PX / this.desk.viewer.view.scale, width);
    for (let at = 0; at === 0 || at < fewer.length - 1; at += MOST_POINTS - 1) {
      this.desk.finish(strokeOf("pen", fewer.slice(at, at + MOST_POINTS), width));
    }
  }

  cancel() {
    this.points = this.going = this.rubber = null;
    this.desk.repaint();
  }

  show() {
    this.going = { tool: "pen", points: this.points, width_px: this.width };
    this.desk.repaint();
  }

  paint(context, colour) {
    if (this.going) paintStroke(context, { ...this.going, points: [...this.going.points] }, colour);
    this.rubber?.paint(context);
  }

  dropped() {
    this.desk.dropped(this);
  }
}

/** Arrow and box: from where the pointer went down to where it goes up. */
export class Shape {
  constructor(desk, tool) {
    this.desk = desk;
    this.tool = tool;
    this.cursor = "crosshair";
  }

  down([x, y]) {
    if (!this.desk.ready()) return;
    this.points = [[x, y, 0.5], [x, y, 0.5]]; // prettier-ignore
  }

  move([x, y]) {
    if (!this.points) return;
    this.points = [this.points[0], [x, y, 0.5]];
    this.desk.repaint();
  }

  up(point) {
    this.move(point);
    this.finish();
  }

  finish() {
    const { points } = this;
    this.points = null;
    if (!points) return;
    const [[x0, y0], [x1, y1]] = points;
    const long = Math.hypot(x1 - x0, y1 - y0) * this.desk.viewer.view.scale;
    if (long > 4) this.desk.finish(strokeOf(this.tool, points, this.desk.width()));
    else this.desk.repaint(); // a slip of the hand
  }

  cancel() {
    this.points = null;
    this.desk.repaint();
  }

  paint(context, colour) {
    if (this.points) paintStroke(context, { tool: this.tool, points: this.points, width_px: this.desk.width() }, colour);
  }

  dropped() {
    this.desk.dropped(this);
  }
}

/** Words: a press puts the field there, Enter sets them on the drawing. `desk.words` is the field. */
export class Words {
  constructor(desk) {
    this.desk = desk;
    this.cursor = "text";
    this.fingers = true;
    const field = desk.words;
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // an input method's Enter and Esc are its own
      if (event.key === "Escape") field.value = "";
      const ends = event.key === "Escape" || (event.key === "Enter" && !event.shiftKey);
      if (ends) {
        event.preventDefault();
        field.blur();
      }
      event.stopPropagation();
    });
    field.addEventListener("input", () => this.grow());
    field.addEventListener("blur", () => this.finish());
  }

  down(point, event) {
    this.finish();
    event.preventDefault();
    if (this.desk.ready()) this.next = point;
  }

  move() {}

  up() {
    if (this.next) this.open(this.next);
    this.next = null;
  }

  open(point) {
    const { words: field, viewer } = this.desk;
    this.at = point;
    this.width = this.desk.textWidth();
    const pane = viewer.panes()[0];
    const { scale, x, y } = viewer.view;
    const size = Math.max(11, letterHeight(this.width) * scale);
    field.value = "";
    field.hidden = false;
    field.style.fontSize = `${size}px`;
    field.style.left = `${(point[0] - x) * scale + pane.x + pane.width / 2}px`;
    field.style.top = `${(point[1] - y) * scale + pane.y + pane.height / 2 - size * 1.15}px`;
    field.style.color = this.desk.papers.paper.colour;
    field.style.backgroundColor = haloOf(this.desk.papers.paper.colour);
    this.grow();
    field.focus({ preventScroll: true });
  }

  grow() {
    const field = this.desk.words;
    field.style.width = "0";
    field.style.height = "0";
    field.style.width = `${Math.max(60, field.scrollWidth + 12)}px`;
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  finish() {
    const { words: field } = this.desk;
    const [point, text] = [this.at, field.value.trim()];
    this.at = null;
    field.value = "";
    field.hidden = true;
    if (point && text) this.desk.finish(strokeOf("text", [[...point, 0.5]], this.width, text));
  }

  cancel() {
    this.next = null;
  }

  paint() {}

  dropped() {
    this.finish();
    this.desk.dropped(this);
  }
}

/** The eraser: takes away whole strokes of the own correction. */
export class Eraser {
  constructor(desk) {
    this.desk = desk;
    this.cursor = "none";
  }

  down(point) {
    this.gone = [];
    this.at = point;
    this.rub(point);
  }

  move(point, event) {
    if (!this.gone) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) this.rub(this.desk.viewer.pointOf(each));
  }

  rub(point) {
    const reach = REACH_PX / this.desk.viewer.view.scale;
    const [fromX, fromY] = this.at;
    const steps = Math.max(1, Math.ceil(Math.hypot(point[0] - fromX, point[1] - fromY) / reach));
    for (let step = 1; step <= steps; step += 1) {
      const t = step / steps; // a quick hand leaves no line out that it went over
      this.rubAt([fromX + (point[0] - fromX) * t, fromY + (point[1] - fromY) * t], reach);
    }
    this.at = point;
    this.desk.repaint();
  }

  rubAt(point, reach) {
    const hit = this.desk.mine().filter((stroke) => touches(stroke, point, reach, this.desk.viewer.context));
    for (const stroke of hit) {
      this.gone.push(stroke.uid);
      this.desk.erase(stroke.uid);
    }
  }

  up() {
    this.finish();
  }

  finish() {
    if (this.gone?.length) this.desk.erased(this.gone);
    this.gone = null;
  }

  cancel() {
    this.finish();
    this.desk.repaint();
  }

  /** Follow the pointer while nothing is pressed. */
  hover(point) {
    this.at = point;
    this.desk.repaint();
  }

  paint(context) {
    if (!this.at) return;
    const { scale } = this.desk.viewer.view;
    for (const [colour, width] of [["#000", 3], ["#fff", 1.5]]) {
      context.beginPath();
      context.arc(this.at[0], this.at[1], REACH_PX / scale, 0, 2 * Math.PI);
      context.strokeStyle = colour;
      context.lineWidth = width / scale;
      context.stroke();
    }
  }

  dropped() {
    this.at = null;
    this.desk.dropped(this);
  }
}
