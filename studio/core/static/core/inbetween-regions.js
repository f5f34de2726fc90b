// The regions of both keys as the engine told them: which lies under a point, which is whose partner, how sure it is.

const GRADES = [
  { name: "sure", least: 0.75 },
  { name: "fair", least: 0.4 },
  { name: "weak", least: 0 },
];

const STEPS = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1]];

/** Return "sure", "fair", "weak", or "alone" for a region without a partner. */
export function gradeOf(region) {
  if (!region.partner) return "alone";
  return GRADES.find((grade) => region.confidence >= grade.least).name;
}

function extent({ box_xyxy: [left, top, right, bottom], ink }) {
  return (right - left) * (bottom - top) * (ink ? 1.2 : 1);
}

function holds(outline, [x, y]) {
  let inside = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [outline[i], outline[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export class Regions {
  constructor(told = []) {
    this.all = told.map((region) => ({ ...region, path: pathOf(region.outline) }));
    this.byId = new Map(this.all.map((region) => [region.id, region]));
    // the smallest box first: an eye lies in a face; the line around a face is as large as the face and comes after it
    this.sorted = { a: this.of("a"), b: this.of("b") };
  }

  of(key) {
    return this.all.filter((region) => region.key === key).sort((one, other) => extent(one) - extent(other));
  }

  /** Return the smallest region of a key under a point, or the next one within `reach` px: between two areas lies a line. */
  near(key, point, reach) {
    const around = [1, 2].flatMap((ring) => STEPS.map(([x, y]) => [point[0] + (x * reach * ring) / 2, point[1] + (y * reach * ring) / 2]));
    for (const each of [point, ...around]) {
      const found = this.at(key, each);
      if (found) return found;
    }
    return null;
  }

  /** Return the smallest region of a key under a point, or null. */
  at(key, point) {
    const found = this.sorted[key].find((region) => {
      const [left, top, right, bottom] = region.box_xyxy;
      const [x, y] = point;
      return x >= left && x < right && y >= top && y < bottom && holds(region.outline, point);
    });
    return found ?? null;
  }

  partner(region) {
    return region?.partner ? (this.byId.get(region.partner) ?? null) : null;
  }

  /** Return the paths of at least so many px that regions take from A to B, the large ones first: [{region, from, to}]. */
  paths(least, most = 30) {
    const moving = [];
    for (const region of this.sorted.a.toReversed()) {
      const to = this.partner(region);
      if (!to || region.ink) continue;
      const [from, until] = [region.centre_xy, to.centre_xy];
      if (Math.hypot(until[0] - from[0], until[1] - from[1]) >= least) moving.push({ region, from, to: until });
      if (moving.length >= most) break;
    }
    return moving;
  }
}

function pathOf(outline) {
  const path = new Path2D();
  outline.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
  return path;
}

/** Return the middle of a path that leaves its chord by `bend` of its length; + = to the left from A to B on screen. */
export function bentMiddle([x0, y0], [x1, y1], bend) {
  return [(x0 + x1) / 2 + (y1 - y0) * bend, (y0 + y1) / 2 - (x1 - x0) * bend];
}

/** Return the bend that leads the middle of a path nearest to a point, within -1 and 1. */
export function bendTo([x0, y0], [x1, y1], [x, y]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  if (!squared) return 0;
  const off = ((x - (x0 + x1) / 2) * dy - (y - (y0 + y1) / 2) * dx) / squared;
  return Math.min(1, Math.max(-1, Math.round(off * 100) / 100));
}
