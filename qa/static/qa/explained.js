// What explains a flag, over the pictures: how the approved drawing lies, arrows from the sheet to the drawing, outlines.
//
// An arrow begins where the approved drawing, as the engine laid it, has a thing, and points to where the drawing has
// it. Moves of a few px cannot be read, so arrows may be drawn longer, all by the same factor; the legend says which,
// and the number beside an arrow is always the true length in px of the drawing.

const INK = "#00c8ff"; // no colour of the heat map and not that of the outline; with a black rim on any paint
const READABLE_PX = 18; // on the screen
const LONGEST_FACTOR = 8;
const NUMBERED = 3;
const HEAD_PX = 7;

/** Return the canvas matrix of an approved drawing: the engine's, else by {scale, dx, dy} of the figures. */
export function laidMatrix(affine, { scale, dx, dy }) {
  if (!affine) return [scale, 0, 0, scale, dx, dy];
  const [a, c, e, b, d, f] = affine;
  return [a, b, c, d, e, f];
}

/** Return by what arrows are drawn longer than they are at this zoom: 1, 2, 4 or 8. */
export function factorOf(arrows, scale) {
  if (!arrows.length) return 1;
  const lengths = arrows.map(lengthOf).sort((one, other) => one - other);
  const middle = lengths[Math.floor(lengths.length / 2)] * scale;
  let factor = 1;
  while (factor < LONGEST_FACTOR && middle * factor < READABLE_PX) factor *= 2;
  return factor;
}

/** Return the true length of an arrow in px of the drawing. */
export function lengthOf([x0, y0, x1, y1]) {
  return Math.hypot(x1 - x0, y1 - y0);
}

/** Paint the arrows over a pane; the three longest with their length. */
export function paintArrows(viewer, context, pane) {
  const { arrows, view } = viewer;
  if (!arrows.length) return;
  const factor = factorOf(arrows, view.scale);
  context.save();
  context.beginPath();
  context.rect(pane.x, pane.y, pane.width, pane.height);
  context.clip();
  context.lineCap = "round";
  context.lineJoin = "round";
  context.font = "600 12px system-ui, sans-serif";
  const placed = arrows.map((arrow) => onScreen(arrow, factor, view, pane));
  for (const [colour, width] of [["#000000", 4.5], [INK, 2]]) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width;
    for (const ends of placed) stroke(context, ends, width);
  }
  arrows.slice(0, NUMBERED).forEach((arrow, index) => number(context, placed[index], lengthOf(arrow)));
  context.restore();
}

function onScreen([x0, y0, x1, y1], factor, view, pane) {
  const left = (x0 - view.x) * view.scale + pane.x + pane.width / 2;
  const top = (y0 - view.y) * view.scale + pane.y + pane.height / 2;
  const reach = factor * view.scale;
  return { from: [left, top], to: [left + (x1 - x0) * reach, top + (y1 - y0) * reach] };
}

function stroke(context, { from, to }, width) {
  const turn = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const head = Math.min(HEAD_PX, 0.6 * Math.hypot(to[0] - from[0], to[1] - from[1]) + 2);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  for (const side of [-1, 1]) {
    context.moveTo(...to);
    context.lineTo(to[0] - head * Math.cos(turn + side * 0.5), to[1] - head * Math.sin(turn + side * 0.5));
  }
  context.stroke();
  context.beginPath();
  context.arc(...from, width * 0.7, 0, 2 * Math.PI);
  context.fill();
}

function number(context, { from, to }, length) {
  const right = to[0] >= from[0];
  context.textAlign = right ? "left" : "right";
  context.textBaseline = "middle";
  const [x, y] = [to[0] + (right ? 6 : -6), to[1]];
  context.lineWidth = 3.5;
  context.strokeStyle = "#000000";
  context.fillStyle = "#ffffff";
  context.strokeText(length.toFixed(1), x, y);
  context.fillText(length.toFixed(1), x, y);
}
