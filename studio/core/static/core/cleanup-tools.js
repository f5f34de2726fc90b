// The tools: what a drag or a click on the canvas does. A tool is {name, cursor, hover, leave, down, move, up, cancel, paint}.

import { kept } from "./desk-history.js";
import { paintBrush } from "./cleanup-paint.js";
import { nearest, switched } from "./cleanup-state.js";

const REACH_PX = 9; // of the screen: as near as a hand aims
const GRIP_PX = 14;
const STEP = 0.45; // of the brush's radius: rounds of one drag lie so far apart

class Tool {
  constructor(desk) {
    this.desk = desk;
    this.cursor = "crosshair";
  }

  get reach() {
    return REACH_PX / this.desk.stage.view.scale;
  }

  hover() {}

  leave() {
    this.desk.light(null);
  }

  down() {}

  move() {}

  up() {}

  cancel() {}

  paint() {}
}

/** Moves the view, and the seam of the wipe where it is taken. */
class Look extends Tool {
  constructor(desk) {
    super(desk);
    this.cursor = "grab";
  }

  near({ point }) {
    const { desk } = this;
    return desk.settings.mode === "wipe" && Math.abs(point[0] - desk.seam()) * desk.stage.view.scale < GRIP_PX;
  }

  /** Without the seam in the hand the stage pans by itself. */
  get pans() {
    return !this.holds;
  }

  aim(spot) {
    this.holds = this.near(spot);
    this.cursor = this.holds ? "ew" : "grab";
  }

  hover(spot) {
    this.aim(spot);
    this.desk.stage.cursor();
  }

  down(spot) {
    this.move(spot);
  }

  move({ point }) {
    this.desk.wipeTo(point[0]);
  }
}

/** A click on a line leaves it out or draws it. */
class Lines extends Tool {
  constructor(desk) {
    super(desk);
    this.cursor = "pointer";
  }

  pick({ point }) {
    return nearest(point, this.desk.strokes(), this.reach);
  }

  hover(spot) {
    this.desk.light(this.pick(spot));
  }

  up(spot) {
    const found = this.pick(spot);
    if (!found) return this.desk.say("no_stroke");
    return this.desk.wish("strokes", switched(this.desk.wishes.strokes, found, !found.is_on));
  }
}

/** A click on a gap closes it or leaves it open. */
class Gaps extends Tool {
  constructor(desk) {
    super(desk);
    this.cursor = "pointer";
  }

  pick({ point }) {
    return nearest(point, this.desk.closures(), 2 * this.reach);
  }

  hover(spot) {
    this.desk.lightGap(this.pick(spot)?.name ?? null);
  }

  leave() {
    this.desk.lightGap(null);
  }

  up(spot) {
    const found = this.pick(spot);
    if (!found) return this.desk.say("no_closure");
    return this.desk.switchGap(found);
  }
}

/** A drag paints over what stays as it is; with Alt, or as the eraser, it takes that back. */
class Brush extends Tool {
  constructor(desk, erases) {
    super(desk);
    this.erases = erases;
    this.cursor = "none";
  }

  hover({ point }, event) {
    this.at = point;
    this.takes = this.erases || event.altKey;
    this.desk.stage.repaint();
  }

  leave() {
    this.at = null;
    this.desk.stage.repaint();
  }

  down(spot, event) {
    this.drag = { gesture: `brush ${Date.now()}`, takes: this.erases || event.altKey, last: null };
    this.dab(spot.point);
  }

  move(spot) {
    this.at = spot.point;
    if (this.drag) this.dab(spot.point);
    this.desk.stage.repaint();
  }

  up() {
    this.drag = null;
    this.desk.changed();
  }

  cancel() {
    this.drag = null;
  }

  dab([x, y]) {
    const { desk, drag } = this;
    const radius = desk.settings.brush;
    if (drag.last && Math.hypot(x - drag.last[0], y - drag.last[1]) < STEP * radius) return;
    drag.last = [x, y];
    const dabs = desk.wishes.kept ?? [];
    const left = dabs.filter((each) => Math.hypot(each.xy[0] - x, each.xy[1] - y) > radius);
    const next = drag.takes ? left : [...dabs, { xy: kept([x, y]), radius_px: radius }];
    if (next.length !== dabs.length) desk.wish("kept", next, drag.gesture);
  }

  paint(context, pane) {
    if (this.at) paintBrush(context, this.at, this.desk.settings.brush, pane.scale, this.drag?.takes ?? this.takes);
  }
}

/** Return all tools by name. */
export function makeTools(desk) {
  return { look: new Look(desk), stroke: new Lines(desk), closure: new Gaps(desk), brush: new Brush(desk, false), erase: new Brush(desk, true) };
}
