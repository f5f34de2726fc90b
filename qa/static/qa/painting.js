// How the viewer paints: the drawing, the approved drawing over or beside it, the ground, the region.

import { sizeOf } from "./pictures.js";

export const GREY = { around: "#3a3a3a", grey: "#808080", white: "#ffffff", light: "#d4d4d4", dark: "#c4c4c4" };

/** Paint all that changes only with the view: pictures and comparison, without layers and region. */
export function paintPictures(viewer, context) {
  context.setTransform(viewer.ratio, 0, 0, viewer.ratio, 0, 0);
  context.fillStyle = GREY.around;
  context.fillRect(0, 0, viewer.width, viewer.height);
  const [first, second] = viewer.panes();
  const over = viewer.alone || !viewer.approved ? "" : viewer.settings.mode;
  if (over === "difference") paintDifference(viewer, context, first);
  else inPane(viewer, context, first, () => paintDrawing(viewer, context));
  if (second) inPane(viewer, context, second, () => paintApproved(viewer, context, 1));
  const mix = viewer.settings.mix * 0.999; // never quite 1: the ground of the approved drawing stays out
  if (over === "onion") inPane(viewer, context, first, () => paintSheet(viewer, context, mix));
  if (over === "wipe") paintWipe(viewer, context, first);
}

/** Call `draw` with the context turned to px of the drawing, cut off at the pane's edge. */
export function inPane(viewer, context, pane, draw) {
  const { scale, x, y } = viewer.view;
  context.save();
  context.beginPath();
  context.rect(pane.x, pane.y, pane.width, pane.height);
  context.clip();
  context.translate(pane.x + pane.width / 2, pane.y + pane.height / 2);
  context.scale(scale, scale);
  context.translate(-x, -y);
  context.imageSmoothingEnabled = scale < 3;
  context.imageSmoothingQuality = "high";
  draw();
  context.restore();
}

function paintDrawing(viewer, context, ground = viewer.settings.ground) {
  const { width, height } = viewer.size;
  paintGround(viewer, context, { x: 0, y: 0, width, height }, ground);
  for (const picture of viewer.pictures) context.drawImage(picture, 0, 0, width, height);
  if (viewer.settings.heat && viewer.heat) context.drawImage(viewer.heat, 0, 0, width, height);
}

function paintApproved(viewer, context, alpha, ground = viewer.settings.ground) {
  if (!viewer.approved) return;
  const { width, height } = sizeOf(viewer.approved);
  const matrix = viewer.approvedMatrix();
  if (alpha === 1) paintGround(viewer, context, around(matrix, width, height), ground);
  context.save();
  context.globalAlpha = alpha;
  context.transform(...matrix);
  context.drawImage(viewer.approved, 0, 0, width, height);
  context.restore();
}

/** Paint the approved drawing over the other: as it lies, or pulled onto it where that was asked for. */
function paintSheet(viewer, context, alpha, ground = viewer.settings.ground) {
  if (viewer.settings.lies !== "pulled" || !viewer.pulled) {
    paintApproved(viewer, context, alpha, ground);
    return;
  }
  const { width, height } = viewer.size;
  if (alpha === 1) paintGround(viewer, context, { x: 0, y: 0, width, height }, ground);
  context.save();
  context.globalAlpha = alpha;
  context.drawImage(viewer.pulled, 0, 0, width, height);
  context.restore();
}

function around([a, b, c, d, e, f], width, height) {
  const xs = [e, e + a * width, e + c * height, e + a * width + c * height];
  const ys = [f, f + b * width, f + d * height, f + b * width + d * height];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Paint what lies behind a drawing: checkerboard, paper or grey. */
export function paintGround(viewer, context, { x, y, width, height }, ground) {
  context.fillStyle = ground === "checker" ? checker(viewer, context) : GREY[ground];
  context.fillRect(x, y, width, height);
}

function checker(viewer, context) {
  if (!viewer.pattern) {
    const tile = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
    const on = tile.getContext("2d");
    on.fillStyle = GREY.light;
    on.fillRect(0, 0, 16, 16);
    on.fillStyle = GREY.dark;
    on.fillRect(0, 0, 8, 8);
    on.fillRect(8, 8, 8, 8);
    viewer.pattern = context.createPattern(tile, "repeat");
  }
  const still = 1 / viewer.view.scale; // squares keep their size on the screen
  viewer.pattern.setTransform(new DOMMatrix().scale(still, still));
  return viewer.pattern;
}

function paintWipe(viewer, context, pane) {
  const at = pane.x + pane.width * viewer.settings.mix;
  context.save();
  context.beginPath();
  context.rect(at, pane.y, pane.x + pane.width - at, pane.height);
  context.clip();
  context.fillStyle = GREY.around;
  context.fillRect(at, pane.y, pane.width, pane.height);
  inPane(viewer, context, pane, () => paintSheet(viewer, context, 1));
  context.restore();
  context.fillStyle = "#000";
  context.fillRect(at - 1.5, pane.y, 3, pane.height);
  context.fillStyle = "#fff";
  context.fillRect(at - 0.5, pane.y, 1, pane.height);
}

function paintDifference(viewer, context, pane) {
  const sheets = [0, 1].map(() => {
    const { width, height } = context.canvas;
    const sheet = Object.assign(document.createElement("canvas"), { width, height });
    const on = sheet.getContext("2d");
    on.fillStyle = GREY.white;
    on.fillRect(0, 0, width, height);
    on.setTransform(viewer.ratio, 0, 0, viewer.ratio, 0, 0);
    return on;
  });
  inPane(viewer, sheets[0], pane, () => paintDrawing(viewer, sheets[0], "white"));
  inPane(viewer, sheets[1], pane, () => paintSheet(viewer, sheets[1], 1, "white"));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(sheets[0].canvas, 0, 0);
  context.globalCompositeOperation = "difference";
  context.drawImage(sheets[1].canvas, 0, 0);
  context.restore();
}

const square = ({ x0, y0, x1, y1 }) => ({ of: "drawing", points: [[x0, y0], [x1, y0], [x1, y1], [x0, y1]] }); // prettier-ignore

/**
 * Paint the outline of the part that the flag speaks of, of the flagged region where no part is known. Dashed where it
 * lies over the approved drawing, and where the sheet has what this drawing lacks.
 */
export function paintRegion(viewer, context, pane, dashed) {
  const { scale, x, y } = viewer.view;
  const outlines = viewer.outlines.length ? viewer.outlines : [square(viewer.box)];
  const [left, top] = [pane.x + pane.width / 2 - x * scale, pane.y + pane.height / 2 - y * scale];
  context.save();
  context.beginPath();
  context.rect(pane.x, pane.y, pane.width, pane.height);
  context.clip();
  context.lineJoin = "round";
  for (const { of, points } of outlines) {
    context.setLineDash(dashed || of === "sheet" ? [6, 5] : []);
    context.beginPath();
    for (const point of points) context.lineTo(point[0] * scale + left, point[1] * scale + top);
    context.closePath();
    for (const [colour, width] of [["#000000", 4], ["#ffb000", 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
  }
  context.restore();
}
