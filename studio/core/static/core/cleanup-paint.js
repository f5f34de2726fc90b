// What the canvas shows: rough and clean over each other, strokes and gaps, and what is kept as it is.
//
// The rough is orange and the clean drawing blue where they are compared: two hues that people with any common colour
// blindness tell apart. A gap that is closed is blue and whole, one that is open is orange and dashed.

export const ROUGH = [213, 94, 0];
export const CLEAN = [0, 114, 178];
const CLOSED = "rgb(0 114 178)";
const OPEN = "rgb(213 94 0)";
const LIT = "rgb(204 51 153)";

function trace(context, points) {
  context.beginPath();
  points.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
}

function line(context, points, scale, { ink, width, dash = [] }) {
  context.save();
  context.lineCap = "round";
  context.lineJoin = "round";
  context.setLineDash([]);
  trace(context, points);
  context.strokeStyle = "rgb(255 255 255 / .75)";
  context.lineWidth = (width + 2) / scale;
  context.stroke();
  context.setLineDash(dash.map((each) => each / scale));
  context.strokeStyle = ink;
  context.lineWidth = width / scale;
  context.stroke();
  context.restore();
}

/** Paint every line so that it can be hit: those that are left out dashed; `lit` is under the pointer. */
export function paintStrokes(context, strokes, scale, lit) {
  for (const each of strokes) {
    const isLit = lit?.name === each.name;
    if (each.is_on && !isLit) continue;
    line(context, each.points_xy, scale, { ink: isLit ? LIT : OPEN, width: isLit ? 3 : 1.8, dash: each.is_on ? [] : [5, 4] });
  }
}

/** Paint the gaps with a ring round each, and its name where it is lit. */
export function paintClosures(context, closures, scale, lit, strong) {
  for (const each of closures) {
    const isLit = lit === each.name;
    if (!strong && !isLit) continue;
    const ink = isLit ? LIT : each.is_on ? CLOSED : OPEN;
    line(context, each.points_xy, scale, { ink, width: isLit ? 4 : 2.6, dash: each.is_on ? [] : [3, 4] });
    const [x, y] = each.points_xy[Math.floor(each.points_xy.length / 2)];
    context.beginPath();
    context.arc(x, y, Math.max(each.length_px / 2 + 4 / scale, 9 / scale), 0, 2 * Math.PI);
    context.strokeStyle = ink;
    context.lineWidth = (isLit ? 2.4 : 1.4) / scale;
    context.setLineDash(each.is_on ? [] : [3 / scale, 3 / scale]);
    context.stroke();
    context.setLineDash([]);
  }
}

/** Paint what is kept as it is: one veil over all rounds of the brush. */
export function paintKept(context, dabs, scale) {
  if (!dabs.length) return;
  const all = new Path2D();
  for (const { xy, radius_px: radius } of dabs) {
    all.moveTo(xy[0] + radius, xy[1]);
    all.arc(...xy, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = "rgb(0 158 115 / .22)";
  context.fill(all, "nonzero");
}

/** Paint the round of the brush under the pointer. */
export function paintBrush(context, [x, y], radius, scale, takes) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 3 / scale;
  context.strokeStyle = "rgb(255 255 255 / .9)";
  context.stroke();
  context.lineWidth = 1.4 / scale;
  context.strokeStyle = takes ? OPEN : "rgb(0 120 85)";
  context.stroke();
}

/** Paint the seam of the wipe with a grip in its middle. */
export function paintSeam(context, x, pane, view) {
  const { scale, height } = pane;
  const half = height / 2 / scale;
  for (const [ink, width] of [["rgb(0 0 0 / .55)", 3], ["#fff", 1.4]]) {
    context.strokeStyle = ink;
    context.lineWidth = width / scale;
    context.beginPath();
    context.moveTo(x, view.y - half);
    context.lineTo(x, view.y + half);
    context.stroke();
  }
  const r = 11 / scale;
  context.beginPath();
  context.arc(x, view.y, r, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.fill();
  context.strokeStyle = "#222";
  context.lineWidth = 1.4 / scale;
  context.stroke();
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x + side * 0.25 * r, view.y - 0.4 * r);
    context.lineTo(x + side * 0.65 * r, view.y);
    context.lineTo(x + side * 0.25 * r, view.y + 0.4 * r);
  }
  context.stroke();
}
