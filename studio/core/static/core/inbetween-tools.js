// The tools: what a drag or a click on the canvas adds to the steering.
//
// A tool is {name, cursor, hover, down, move, up, cancel, paint}. What is said of an area is said of a point inside it
// that the engine named, so that it means the same area in full size; a pin stays where the hand put it.
// Points come as {point, pane}: pane "both" is the
// overlay, where a drag begins on key A and ends on key B; side by side, the pane says which key is meant.

import { kept } from "./desk-history.js";
import { link, path } from "./inbetween-marks.js";
import { outline } from "./inbetween-paint.js";
import { bendTo, bentMiddle } from "./inbetween-regions.js";

const LEAST_PX = 3;
const GRIP_PX = 12;
const REACH_PX = 7; // of the screen: as near as a hand aims
const LEAST_PATH_PX = 22; // of the screen: of a shorter path the grip could not be taken

/** What every tool knows of the page: {work, regions(), stage, show(region), now()}. */
class Tool {
  constructor(desk) {
    this.desk = desk;
    this.cursor = "crosshair";
  }

  /** Return the region under a point: of the pane's key, else of A before B (with Shift, B before A). */
  pick({ point, pane }, event, wanted = null) {
    const regions = this.desk.regions();
    const reach = REACH_PX / this.desk.stage.view.scale;
    if (wanted) return regions.near(wanted, point, reach);
    if (pane !== "both") return regions.near(pane, point, reach);
    const order = event?.shiftKey ? ["b", "a"] : ["a", "b"];
    return order.map((key) => regions.near(key, point, reach)).find(Boolean) ?? null;
  }

  hover(spot, event) {
    this.desk.show(this.pick(spot, event));
  }

  leave() {
    this.desk.show(null);
  }

  down() {}

  move() {}

  up() {}

  cancel() {
    this.drag = null;
    this.desk.stage.repaint();
  }

  paint() {}
}

export class Look extends Tool {
  constructor(desk) {
    super(desk);
    this.pans = true;
    this.cursor = "grab";
  }

  click(spot, event) {
    this.desk.pin(this.pick(spot, event));
  }
}

/** A drag from key A to key B: pins, matches, apart. */
export class Link extends Tool {
  constructor(desk, list) {
    super(desk);
    this.list = list;
  }

  down(spot, event) {
    this.drag = { from: spot, to: spot };
    this.hover(spot, event);
  }

  move(spot) {
    this.drag.to = spot;
    const { from } = this.drag;
    const key = spot.pane === "both" ? (from.pane === "both" ? "b" : null) : spot.pane;
    this.desk.show(this.pick(spot, null, key));
    this.desk.stage.repaint();
  }

  up() {
    const { from, to } = this.drag;
    this.drag = null;
    const scale = this.desk.stage.view.scale;
    const far = Math.hypot(to.point[0] - from.point[0], to.point[1] - from.point[1]) * scale >= LEAST_PX;
    const across = from.pane !== to.pane;
    if (from.pane !== "both" && !across) return this.desk.say("across");
    if (from.pane === "both" && !far && this.list !== "pins") return this.desk.say("drag");
    const [a, b] = from.pane === "b" ? [to, from] : [from, to];
    if (this.list === "pins") return this.desk.work.add("pins", { a_xy: kept(a.point), b_xy: kept(b.point) });
    const [one, other] = [this.pick(a, null, "a"), this.pick(b, null, "b")];
    if (!one || !other) return this.desk.say("no_region");
    return this.desk.work.add(this.list, { a_xy: kept(one.centre_xy), b_xy: kept(other.centre_xy) });
  }

  paint(context, pane) {
    if (!this.drag) return;
    const { from, to } = this.drag;
    const [a, b] = from.pane === "b" ? [to, from] : [from, to];
    const split = from.pane !== "both" && from.pane === to.pane; // still on the way to the other pane
    if (!split) link(context, this.list, a.point, b.point, pane.scale, pane.key, false);
    else if (pane.key === from.pane) link(context, this.list, from.point, from.point, pane.scale, pane.key, false);
  }
}

/** A click on a region: vanishes, appears, protect, depth. */
export class Mark extends Tool {
  /** `side` = "a" or "b" where the list is about one key; `entryOf(region, point, event)` makes the entry. */
  constructor(desk, list, side, entryOf) {
    super(desk);
    this.list = list;
    this.side = side;
    this.entryOf = entryOf;
    this.cursor = "pointer";
  }

  hover(spot, event) {
    this.desk.show(this.pick(spot, event, spot.pane === "both" ? this.side : null));
  }

  up(spot, event) {
    if (this.side && spot.pane !== "both" && spot.pane !== this.side) return this.desk.say(`side_${this.side}`);
    const region = this.pick(spot, event, spot.pane === "both" ? this.side : null);
    if (!region) return this.desk.say("no_region");
    return this.entryOf(region, kept(region.centre_xy), event);
  }
}

/** Return the entry of a list that is about the same region, as {index, entry}, or null. */
export function entryAbout(desk, list, region) {
  const regions = desk.regions();
  const entries = desk.work.steering[list] ?? [];
  const index = entries.findIndex((entry) => {
    const key = entry.key ?? (entry.a_xy ? "a" : "b");
    return key === region.key && regions.at(key, entry.xy ?? entry.a_xy ?? entry.b_xy)?.id === region.id;
  });
  return index < 0 ? null : { index, entry: entries[index] };
}

/** Bring a region forward (+) or back (-) by a step. */
export function step(desk, region, by, point = region.centre_xy) {
  const found = entryAbout(desk, "depth", region);
  if (!found) desk.work.add("depth", { key: region.key, xy: kept(point), step: by });
  else if (found.entry.step + by === 0) desk.work.remove("depth", found.index);
  else desk.work.replace("depth", found.index, { ...found.entry, step: found.entry.step + by });
}

/** Set a mark on a region, or take it away where it is set. */
export function toggle(desk, list, region, entry) {
  const found = entryAbout(desk, list, region);
  if (found) desk.work.remove(list, found.index);
  else desk.work.add(list, entry);
}

/** Dragging the middle of a region's path. */
export class Bend extends Tool {
  bends() {
    const least = LEAST_PATH_PX / this.desk.stage.view.scale;
    return this.desk.regions().paths(least).map((each) => ({
      ...each,
      bend: entryAbout(this.desk, "arcs", each.region)?.entry.bend ?? 0,
    }));
  }

  near({ point }) {
    const reach = GRIP_PX / this.desk.stage.view.scale;
    const away = ({ from, to, bend }) => {
      const [x, y] = bentMiddle(from, to, bend);
      return Math.hypot(point[0] - x, point[1] - y);
    };
    const [nearest] = this.bends().sort((one, other) => away(one) - away(other));
    return nearest && away(nearest) < reach ? nearest : null;
  }

  hover(spot, event) {
    const near = this.near(spot);
    this.held = near?.region.id;
    this.desk.show(near?.region ?? this.pick(spot, event, "a"));
    this.desk.stage.repaint();
  }

  down(spot) {
    if (spot.pane !== "both") return this.desk.say("overlay");
    const near = this.near(spot);
    if (!near) return this.desk.say("no_path");
    this.drag = { ...near, gesture: `bend ${Date.now()}` };
    return null;
  }

  move({ point }) {
    if (!this.drag) return;
    const { from, to, region, gesture } = this.drag;
    const bend = bendTo(from, to, point);
    const entry = { a_xy: kept(region.centre_xy), bend };
    const found = entryAbout(this.desk, "arcs", region);
    if (found) this.desk.work.replace("arcs", found.index, { ...found.entry, bend }, gesture);
    else if (bend) this.desk.work.add("arcs", entry, gesture);
  }

  up() {
    this.drag = null;
  }

  paint(context, pane) {
    if (pane.key !== "both") return;
    for (const each of this.bends()) {
      path(context, each, each.bend, pane.scale, { held: each.region.id === this.held });
    }
  }
}

/** A drag on a region says how far it is smeared at the present position; a click sets half its path. */
export class Smear extends Tool {
  hover(spot, event) {
    this.desk.show(this.pick(spot, event, spot.pane === "b" ? "b" : "a"));
  }

  down(spot) {
    const region = spot.pane === "b" ? null : this.pick(spot, null, "a");
    if (!region) return this.desk.say("no_region");
    const at = this.desk.now();
    if (!(at > 0 && at < 1)) return this.desk.say("between");
    this.drag = { region, from: spot.point, at, gesture: `smear ${Date.now()}` };
    this.set(0.5);
    return null;
  }

  move({ point }) {
    if (!this.drag) return;
    const { region, from } = this.drag;
    const to = this.desk.regions().partner(region)?.centre_xy ?? region.centre_xy;
    const chord = Math.hypot(to[0] - region.centre_xy[0], to[1] - region.centre_xy[1]) || 100;
    const length = Math.hypot(point[0] - from[0], point[1] - from[1]) / chord;
    if (length > 0.02) this.set(Math.min(1, Math.round(length * 100) / 100));
  }

  set(length) {
    const { region, at, gesture } = this.drag;
    const regions = this.desk.regions();
    const entries = this.desk.work.steering.smear ?? [];
    const index = entries.findIndex((entry) => entry.at === at && regions.at("a", entry.a_xy)?.id === region.id);
    const entry = { a_xy: kept(region.centre_xy), length, at };
    if (index < 0) this.desk.work.add("smear", entry, gesture);
    else this.desk.work.replace("smear", index, { ...entries[index], length }, gesture);
  }

  up() {
    this.drag = null;
  }

  paint(context, pane) {
    if (this.drag && pane.key !== "b") outline(context, this.drag.region, pane.scale);
  }
}

/** Return all tools by name. */
export function makeTools(desk) {
  return {
    look: new Look(desk),
    pin: new Link(desk, "pins"),
    match: new Link(desk, "matches"),
    apart: new Link(desk, "apart"),
    vanish: new Mark(desk, "vanishes", "a", (region, at) => toggle(desk, "vanishes", region, { a_xy: at })),
    appear: new Mark(desk, "appears", "b", (region, at) => toggle(desk, "appears", region, { b_xy: at })),
    depth: new Mark(desk, "depth", null, (region, at, event) =>
      step(desk, region, event.altKey ? -1 : 1, at),
    ),
    bend: new Bend(desk),
    protect: new Mark(desk, "protect", null, (region, at) =>
      toggle(desk, "protect", region, { key: region.key, xy: at }),
    ),
    smear: new Smear(desk),
  };
}
