// What was set, as marks on the canvas: pins, matched and parted regions, depth, paths, protection, smears.

import { INK, label } from "./inbetween-paint.js";
import { bentMiddle } from "./inbetween-regions.js";

const R_PX = 5;

function halo(context, scale, draw, ink, width = 2) {
  for (const [style, wide] of [["rgb(255 255 255 / .9)", width + 2.6], [ink, width]]) {
    context.strokeStyle = style;
    context.lineWidth = wide / scale;
    context.beginPath();
    draw();
    context.stroke();
  }
}

/** A point of key A: a circle. */
function round(context, [x, y], scale, ink, filled) {
  halo(context, scale, () => context.arc(x, y, R_PX / scale, 0, 2 * Math.PI), ink);
  if (!filled) return;
  context.fillStyle = ink;
  context.fill();
}

/** A point of key B: a square. */
function square(context, [x, y], scale, ink, filled) {
  const r = R_PX / scale;
  halo(context, scale, () => context.rect(x - r, y - r, 2 * r, 2 * r), ink);
  if (!filled) return;
  context.fillStyle = ink;
  context.fill();
}

const point = (context, key, at, scale, filled = true) =>
  (key === "b" ? square : round)(context, at, scale, INK[key], filled);

/** Paint two linked points: whole line = the same, dashed = regions that are the same, crossed = not the same. */
export function link(context, kind, from, to, scale, pane, filled = true) {
  if (pane === "both") {
    context.save();
    if (kind === "matches") context.setLineDash([8 / scale, 5 / scale]);
    if (kind === "apart") context.setLineDash([2 / scale, 5 / scale]);
    halo(context, scale, () => (context.moveTo(...from), context.lineTo(...to)), "#222", 1.6);
    context.restore();
    if (kind === "apart") cross(context, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], scale);
  }
  if (pane !== "b") point(context, "a", from, scale, filled);
  if (pane !== "a") point(context, "b", to, scale, filled);
}

function cross(context, [x, y], scale) {
  const r = 7 / scale;
  halo(context, scale, () => {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x - r, y + r);
    context.lineTo(x + r, y - r);
  }, INK.other, 2.4);
}

/** Paint a region's path with the grip in its middle; bent ones are drawn strongly. */
export function path(context, { from, to }, bend, scale, { held = false } = {}) {
  const middle = bentMiddle(from, to, bend);
  // a curve through the middle: the control point lies twice as far out
  const control = [2 * middle[0] - (from[0] + to[0]) / 2, 2 * middle[1] - (from[1] + to[1]) / 2];
  halo(context, scale, () => (context.moveTo(...from), context.quadraticCurveTo(...control, ...to)), bend || held ? INK.other : "#444", bend || held ? 2.4 : 1.2);
  const r = (held ? 7 : 5) / scale;
  context.save();
  context.translate(...middle);
  context.rotate(Math.PI / 4);
  context.fillStyle = bend || held ? INK.other : "#fff";
  halo(context, scale, () => context.rect(-r, -r, 2 * r, 2 * r), "#222", 1.6);
  context.fill();
  context.restore();
}

const SIGNS = {
  vanishes: () => "✕",
  appears: () => "＋",
  depth: (entry) => `${entry.step > 0 ? "▲" : "▼"} ${Math.abs(entry.step)}`,
  protect: () => "◆",
  smear: (entry) => `≋ ${Math.round(entry.length * 100)} %`,
};

/** Paint everything that was set; `lit` is the entry that the list points at. */
export function paintMarks(context, work, regions, pane, lit) {
  const { scale, key } = pane;
  for (const each of work.entries()) {
    const { list, entry, index } = each;
    context.save();
    context.globalAlpha = lit && (lit.list !== list || lit.index !== index) ? 0.35 : 1;
    if (entry.b_xy && entry.a_xy) {
      link(context, list, entry.a_xy, entry.b_xy, scale, key);
      if (list === "pins") numbered(context, entry, index, scale, key);
    } else if (list === "arcs") {
      paintArc(context, entry, regions, pane);
    } else {
      const side = entry.key ?? (entry.b_xy ? "b" : "a");
      const at = entry.xy ?? entry.a_xy ?? entry.b_xy;
      if (key === "both" || key === side) {
        point(context, side, at, scale);
        label(context, [at[0], at[1] - 16 / scale], SIGNS[list](entry), scale);
      }
    }
    context.restore();
  }
}

function numbered(context, entry, index, scale, key) {
  if (key !== "b") label(context, [entry.a_xy[0], entry.a_xy[1] - 15 / scale], String(index + 1), scale, INK.a);
  if (key !== "a") label(context, [entry.b_xy[0], entry.b_xy[1] - 15 / scale], String(index + 1), scale, INK.b);
}

function paintArc(context, entry, regions, pane) {
  const region = regions.at("a", entry.a_xy);
  const partner = regions.partner(region);
  if (pane.key === "both" && partner) {
    path(context, { from: region.centre_xy, to: partner.centre_xy }, entry.bend, pane.scale);
  } else if (pane.key !== "b") {
    point(context, "a", entry.a_xy, pane.scale);
    label(context, [entry.a_xy[0], entry.a_xy[1] - 16 / pane.scale], "⌒", pane.scale);
  }
}
