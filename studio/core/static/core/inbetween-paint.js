// What the canvas shows: ground, onion skin of both keys, the drawing, regions with how sure they are.
//
// Key A is orange, key B is blue: two hues that people with any common colour blindness tell apart, on paper and on
// grey; marks also differ in shape (A = circle, B = square). How sure a region is shows by hatching as well as by hue.

import { gradeOf } from "./inbetween-regions.js";

export const TINT = { a: [213, 94, 0], b: [0, 114, 178] };
export const INK = { a: "rgb(213 94 0)", b: "rgb(0 114 178)", other: "rgb(204 51 153)" };
const FILL = {
  sure: "rgb(0 114 178 / .16)",
  fair: "rgb(230 159 0 / .30)",
  weak: "rgb(213 94 0 / .42)",
  alone: "rgb(120 120 120 / .40)",
};

const hatches = new Map();

/** Return a hatching for a grade: none where it is sure, wide where fair, narrow where weak, crossed where alone. */
function hatch(context, grade, scale) {
  if (grade === "sure") return null;
  if (!hatches.has(grade)) hatches.set(grade, drawnHatch(grade));
  const pattern = context.createPattern(hatches.get(grade), "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

function drawnHatch(grade) {
  const side = grade === "fair" ? 12 : 7;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  context.strokeStyle = "rgb(20 20 20 / .75)";
  context.lineWidth = 1.2;
  context.beginPath();
  for (const off of [-side, 0, side]) {
    context.moveTo(off, side);
    context.lineTo(off + side, 0);
    if (grade === "alone") {
      context.moveTo(off, 0);
      context.lineTo(off + side, side);
    }
  }
  context.stroke();
  return canvas;
}

/** Paint how sure each region of a key is: hue, hatching, and the share in figures where there is room. */
export function paintGrades(context, regions, key, scale) {
  for (const region of regions.sorted[key].toReversed()) {
    const grade = gradeOf(region);
    context.fillStyle = FILL[grade];
    context.fill(region.path);
    const pattern = hatch(context, grade, scale);
    if (pattern) {
      context.fillStyle = pattern;
      context.fill(region.path);
    }
    context.strokeStyle = "rgb(20 20 20 / .55)";
    context.lineWidth = (grade === "sure" ? 0.6 : 1.4) / scale;
    context.stroke(region.path);
  }
  for (const region of regions.sorted[key]) paintShare(context, region, scale);
}

function paintShare(context, region, scale) {
  const [left, top, right, bottom] = region.box_xyxy;
  if (region.ink || (right - left) * scale < 44 || (bottom - top) * scale < 22) return;
  const words = region.partner ? `${Math.round(region.confidence * 100)} %` : "✕";
  label(context, region.centre_xy, words, scale);
}

/** Paint a short word on a plate, so that it reads on any drawing. */
export function label(context, [x, y], words, scale, ink = "#111") {
  context.save();
  context.translate(x, y);
  context.scale(1 / scale, 1 / scale);
  context.font = "600 11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  const wide = context.measureText(words).width + 8;
  context.fillStyle = "rgb(255 255 255 / .88)";
  context.beginPath();
  context.roundRect(-wide / 2, -8, wide, 16, 3);
  context.fill();
  context.fillStyle = ink;
  context.fillText(words, 0, 0.5);
  context.restore();
}

/** Outline a region: a light halo below the hue, so that it shows on every paint. */
export function outline(context, region, scale, { dashed = false } = {}) {
  context.save();
  context.lineJoin = "round";
  for (const [style, width] of [["rgb(255 255 255 / .85)", 5], [INK[region.key], 2.4]]) {
    context.setLineDash(dashed && width < 5 ? [7 / scale, 5 / scale] : []);
    context.strokeStyle = style;
    context.lineWidth = width / scale;
    context.stroke(region.path);
  }
  context.restore();
}

/** Paint the boxes where a breakdown drawing is needed. */
export function paintWeak(context, boxes, scale) {
  context.save();
  for (const [index, weak] of boxes.entries()) {
    const [left, top, right, bottom] = weak.box_xyxy;
    context.strokeStyle = "#fff";
    context.lineWidth = 4.5 / scale;
    context.setLineDash([]);
    context.strokeRect(left, top, right - left, bottom - top);
    context.strokeStyle = INK.other;
    context.lineWidth = 2.2 / scale;
    context.setLineDash([9 / scale, 5 / scale]);
    context.strokeRect(left, top, right - left, bottom - top);
    label(context, [left + 15 / scale, top - 10 / scale], `▲ ${index + 1}`, scale, "#8a0f5c");
  }
  context.restore();
}
