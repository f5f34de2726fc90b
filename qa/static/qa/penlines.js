// Strokes as geometry: painted, simplified, hit. The server draws by the same rules (qa/strokes.py); who changes one
// changes the other. A stroke is {uid, tool, points [[x, y, pressure], …] in px of the drawing, width_px, text}.

const PRESSURE_STEPS = 24;
const MOST_PARTS = 8; // of one curve, for a swelling line
const LIGHTEST = 0.25;
const HARDEST = 1.75;
const TEXT_HEIGHT = 8;
const LINE_HEIGHT = 1.25;
const HEAD = { share: 0.28, widths: 5, angle: (27 * Math.PI) / 180 };
const FONT = 'system-ui, "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif';
const made = new WeakMap();

/** Return how high letters stand at this width, in px of the drawing. */
export function letterHeight(width) {
  return width * TEXT_HEIGHT;
}

/** Paint one stroke. */
export function paintStroke(context, stroke, colour) {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineCap = "round";
  context.lineJoin = "round";
  if (stroke.tool === "text") {
    paintText(context, stroke);
    return;
  }
  for (const { width, path } of piecesOf(stroke)) {
    context.lineWidth = width;
    context.stroke(path);
  }
}

/** Return what stands around letters of this colour (#rrggbb), so that they are read on light and on dark. */
export function haloOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (54 * red + 183 * green + 19 * blue) / 256 > 135 ? "#222222" : "#ffffff";
}

function paintText(context, { points, width_px: width, text }) {
  const size = letterHeight(width);
  context.font = `500 ${size}px ${FONT}`;
  context.textBaseline = "alphabetic";
  const [[x, y]] = points;
  text.split("\n").forEach((line, row) => {
    const at = y + row * size * LINE_HEIGHT;
    const ink = context.strokeStyle;
    context.strokeStyle = haloOf(context.fillStyle); // the context gives colours back as #rrggbb
    context.lineWidth = size * 0.16;
    context.strokeText(line, x, at);
    context.strokeStyle = ink;
    context.fillText(line, x, at);
  });
}

/** Return the parts of a stroke with one width each; made once for a stroke that does not change any more. */
function piecesOf(stroke) {
  const kept = made.get(stroke.points);
  if (kept && kept.count === stroke.points.length) return kept.pieces;
  const pieces = shapes[stroke.tool](stroke.points, stroke.width_px);
  made.set(stroke.points, { count: stroke.points.length, pieces });
  return pieces;
}

const shapes = {
  pen: hand,
  arrow: (points, width) => arrow(points[0], points.at(-1), width),
  box: (points, width) => box(points[0], points.at(-1), width),
};

function hand(points, width) {
  if (points.length === 1) return [dot(points[0], width)];
  const pieces = [];
  let [at, before] = [points[0], points[0][2] ?? 0.5];
  points.forEach((point, index) => {
    const next = points[index + 1];
    const pressure = point[2] ?? 0.5;
    const end = next ? [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2] : point;
    const after = next ? (pressure + (next[2] ?? 0.5)) / 2 : pressure;
    for (const part of swelling([at, point, end], [before, pressure, after])) {
      const pressed = width * pressedBy(part.pressure);
      if (pieces.at(-1)?.width !== pressed) {
        const path = new Path2D();
        path.moveTo(at[0], at[1]);
        pieces.push({ width: pressed, path });
      }
      pieces.at(-1).path.quadraticCurveTo(part.control[0], part.control[1], part.end[0], part.end[1]);
      at = part.end;
    }
    before = after;
  });
  return pieces;
}

function dot([x, y, pressure = 0.5], width) {
  const path = new Path2D();
  path.moveTo(x, y);
  path.lineTo(x + 0.01, y); // without any length nothing is drawn at all
  return { width: width * pressedBy(pressure), path };
}

/** Return a curve in parts, short enough that the width nowhere jumps. */
function swelling(curve, [before, pressure, after]) {
  const change = Math.abs(pressure - before) + Math.abs(after - pressure);
  const count = Math.min(MOST_PARTS, Math.max(1, Math.ceil(change * PRESSURE_STEPS)));
  return Array.from({ length: count }, (_, part) => {
    const [one, other] = [part / count, (part + 1) / count];
    const middle = (one + other) / 2;
    const early = before + (pressure - before) * 2 * middle;
    const late = pressure + (after - pressure) * (2 * middle - 1);
    return {
      pressure: middle < 0.5 ? early : late,
      control: blossom(curve, one, other),
      end: blossom(curve, other, other),
    };
  });
}

function blossom([a, b, c], one, other) {
  const [wa, wb, wc] = [(1 - one) * (1 - other), (1 - one) * other + one * (1 - other), one * other];
  return [wa * a[0] + wb * b[0] + wc * c[0], wa * a[1] + wb * b[1] + wc * c[1]];
}

function pressedBy(pressure) {
  const step = Math.round(Math.min(1, Math.max(0, pressure)) * PRESSURE_STEPS) / PRESSURE_STEPS;
  return LIGHTEST + (HARDEST - LIGHTEST) * step;
}

function arrow([fromX, fromY], [x, y], width) {
  const length = Math.hypot(x - fromX, y - fromY);
  const head = Math.min(HEAD.widths * width, Math.max(length * HEAD.share, 2 * width));
  const angle = Math.atan2(fromY - y, fromX - x);
  const side = (turn) => [x + head * Math.cos(angle + turn), y + head * Math.sin(angle + turn)];
  const path = new Path2D();
  path.moveTo(fromX, fromY);
  path.lineTo(x, y);
  path.moveTo(...side(HEAD.angle));
  path.lineTo(x, y);
  path.lineTo(...side(-HEAD.angle));
  return [{ width, path }];
}

function box([x0, y0], [x1, y1], width) {
  const path = new Path2D();
  path.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
  return [{ width, path }];
}

/**
 * Return the points without those that change nothing: no line moves by more than `tolerance` px and no width by
 * more than a little.
 */
export function simplified(points, tolerance, width) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const parts = [[0, points.length - 1]];
  while (parts.length) {
    const [from, to] = parts.pop();
    let [farthest, at] = [tolerance, -1];
    for (let i = from + 1; i < to; i += 1) {
      const off = offLine(points[i], points[from], points[to], width);
      if (off > farthest) [farthest, at] = [off, i];
    }
    if (at < 0) continue;
    keep[at] = 1;
    parts.push([from, at], [at, to]);
  }
  return points.filter((_, index) => keep[index]);
}

function offLine(point, from, to, width) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = dx || dy ? ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / (dx * dx + dy * dy) : 0;
  const t = Math.min(1, Math.max(0, along));
  const pressure = from[2] + (to[2] - from[2]) * t;
  const aside = Math.hypot(point[0] - from[0] - dx * t, point[1] - from[1] - dy * t);
  return Math.max(aside, Math.abs(point[2] - pressure) * width * 0.6);
}

/** Tell whether the eraser at `point` with `reach` px touches a stroke. */
export function touches(stroke, point, reach, context) {
  const near = reach + stroke.width_px / 2;
  if (stroke.tool === "text") return touchesText(stroke, point, reach, context);
  const corners = stroke.tool === "box" ? boxCorners(stroke.points) : stroke.points;
  if (corners.length === 1) return Math.hypot(point[0] - corners[0][0], point[1] - corners[0][1]) <= near;
  return corners.some((corner, index) => index > 0 && fromSegment(point, corners[index - 1], corner) <= near);
}

function boxCorners(points) {
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]];
}

function touchesText({ points: [[x, y]], width_px: width, text }, [px, py], reach, context) {
  const size = letterHeight(width);
  const lines = text.split("\n");
  context.font = `500 ${size}px ${FONT}`;
  const wide = Math.max(...lines.map((line) => context.measureText(line).width));
  const bottom = y + size * (0.25 + (lines.length - 1) * LINE_HEIGHT);
  return px >= x - reach && px <= x + wide + reach && py >= y - size - reach && py <= bottom + reach;
}

function fromSegment([px, py], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx || dy ? ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy) : 0;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(px - ax - dx * t, py - ay - dy * t);
}
