// What the artist has set for the roughs of a cell: wishes by drawing, with undo, and as a sidecar.
//
// Nothing here knows of the page. What is not set keeps the engine's default and stands in no wish.

import { History } from "./desk-history.js";

export const FORMAT = "sakkan-cleanup/1";
const LISTS = ["strokes", "closures", "kept"];

export class Work extends History {
  /** `wishes` = {id of a rough: its wishes}. */
  constructor(wishes) {
    super(structuredClone(wishes));
  }

  of(id) {
    return this.data[id] ?? {};
  }

  /** Set one wish for these drawings; undefined is the engine's default. */
  set(ids, name, value, gesture = null) {
    this.change((data) => {
      for (const id of ids) data[id] = tidy({ ...data[id], [name]: value });
    }, gesture);
  }

  /** Take out what was set for these drawings. */
  clear(ids) {
    this.change((data) => {
      for (const id of ids) delete data[id];
    });
  }

  /** Return whether anything was set for a drawing. */
  isSet(id) {
    return Object.keys(this.of(id)).length > 0;
  }

  toSidecar({ id, height, width }) {
    return { format: FORMAT, size_hw: [height, width], wishes: this.of(id) };
  }

  /** Take over a sidecar for a drawing. Returns false when it is none. */
  take(id, sidecar) {
    const wishes = sidecar?.wishes ?? {};
    const isOne = sidecar?.format === FORMAT && typeof wishes === "object" && LISTS.every((list) => Array.isArray(wishes[list] ?? []));
    if (isOne) this.change((data) => (data[id] = tidy(structuredClone(wishes))));
    return isOne;
  }
}

function tidy(wishes) {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined && !(Array.isArray(value) && !value.length)));
}

/** Return the square of how far a point lies from a line of points. */
export function awayFrom([x, y], points) {
  let best = Infinity;
  for (let at = 0; at < points.length; at += 1) {
    const [ax, ay] = points[at];
    const [bx, by] = points[at + 1] ?? points[at];
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
    best = Math.min(best, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2);
  }
  return best;
}

/** Return the line nearest to a point within a reach, or null. */
export function nearest(point, lines, reach) {
  let best = null;
  let least = reach * reach;
  for (const line of lines) {
    const away = awayFrom(point, line.points_xy);
    if (away <= least) [best, least] = [line, away];
  }
  return best;
}

/** Return the middle point of a line: by it a stroke or closure is named. */
export function middle({ points_xy: points }) {
  return points[Math.floor(points.length / 2)];
}

/** Return a list of switches with this line switched; what named the same line before goes. */
export function switched(switches, line, isOn) {
  const rest = (switches ?? []).filter(({ xy }) => awayFrom(xy, line.points_xy) > 2.25);
  return [...rest, { xy: middle(line), is_on: isOn }];
}
