// The viewer: a drawing and an approved drawing on one canvas, with one zoom and one pan for both.
//
// Everything is placed in px of the drawing under review. The approved drawing is laid over it by its figure, so
// the same spot of both panes shows the same part of the body.
//
// Others paint and draw on it by two hooks. `layers` is a list of {paint(context, pane)}, painted over the drawn
// picture with the context already in px of the drawing; `pane.scale` is screen px per px of the drawing. `tool` is
// null or {down, move, up(point, event), cursor}, with `cancel()` where a stroke may be broken off and `dropped()` to
// hear that another tool was taken; see hand.js.

import { isolate, nameChannel, nextChannel } from "./channels.js";
import { Hand } from "./hand.js";
import { laidMatrix, paintArrows } from "./explained.js";
import { inPane, paintPictures, paintRegion } from "./painting.js";
import { align, figureBox, sizeOf } from "./pictures.js";

const GROUNDS = ["checker", "white", "grey"];
const GAP_PX = 6;
const MARGIN = 0.06;

export const MODES = ["side", "onion", "wipe", "difference"];

export class Viewer {
  /** `settings` = {mode, mix, heat, outline, ground, channel}; it is shared, so that it outlives a flag. */
  constructor(canvas, settings, changed = () => {}) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.under = document.createElement("canvas").getContext("2d"); // the pictures as they were painted last
    this.settings = settings;
    this.changed = changed;
    this.layers = [];
    this.pictures = [];
    this.size = { width: 1, height: 1 };
    this.figure = null;
    this.box = null;
    this.heat = null;
    this.outlines = [];
    this.arrows = [];
    this.pulled = null;
    this.approved = null;
    this.laid = { matrix: [1, 0, 0, 1, 0, 0], figure: { x0: 0, y0: 0, x1: 1, y1: 1 } };
    this.byFigure = true;
    this.mirrored = false;
    this.view = { x: 0, y: 0, scale: 1 };
    this.hand = new Hand(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas.parentElement);
    nameChannel(canvas, settings.channel);
    this.resize();
  }

  /** End the work of this viewer; the canvas may go. */
  close() {
    this.observer.disconnect();
    this.hand.close();
    this.closed = true;
  }

  get tool() {
    return this.held ?? null;
  }

  /** Take a tool in the hand, or put it away with null. */
  set tool(tool) {
    const before = this.held;
    if (before !== tool) this.hand.drop(true);
    this.held = tool;
    if (before !== tool) before?.dropped?.();
    this.canvas.style.cursor = tool?.cursor ?? "";
  }

  /**
   * Show one drawing. What belongs to it: `box` {x0,y0,x1,y1}, `heat` (picture), `outlines` [{of, points}] and
   * `arrows` [[x0,y0,x1,y1]], all in px of the drawing.
   */
  show(image, { box = null, heat = null, outlines = [], arrows = [] } = {}) {
    this.pictures = [image];
    this.alone = false;
    this.size = sizeOf(image);
    this.figure = figureBox(image);
    this.box = box;
    this.heat = heat;
    this.outlines = outlines;
    this.arrows = arrows;
    this.pulled = null;
    this.lay();
    this.paint();
  }

  /**
   * Show the layers of one frame of a cut, lowest first, in the same place. Nothing is laid over a cut that plays
   * (its drawings move, the approved one does not), unless `alone` is false.
   */
  showLayers(layers, size, { alone = true } = {}) {
    this.pictures = layers;
    this.alone = alone;
    this.size = size;
    this.box = null;
    this.heat = null;
    this.outlines = [];
    this.arrows = [];
    this.pulled = null;
    this.paint();
  }

  /**
   * Set the picture to compare with: by `affine` (six numbers by rows, its px to the drawing's) where the engine laid
   * it, else by its figure, or in the same place (two takes of one cut).
   */
  compare(image, { byFigure = true, affine = null } = {}) {
    this.approved = image;
    this.byFigure = byFigure;
    this.affine = affine;
    this.lay();
    this.paint();
  }

  lay() {
    if (!this.approved) return;
    if (!this.byFigure) {
      const { width, height } = sizeOf(this.approved);
      const scale = this.size.width / width;
      this.laid = { matrix: [scale, 0, 0, scale, 0, 0], figure: { x0: 0, y0: 0, x1: width, y1: height } };
    } else if (this.figure) {
      const figure = figureBox(this.approved);
      this.laid = { matrix: laidMatrix(this.affine, align(this.figure, figure)), figure };
    }
  }

  /** Return how the approved drawing lies, as a canvas takes it: its px to px of the drawing. */
  approvedMatrix() {
    const [a, b, c, d, e, f] = this.laid.matrix;
    if (!this.mirrored) return [a, b, c, d, e, f];
    const across = this.laid.figure.x0 + this.laid.figure.x1;
    return [-a, -b, c, d, e + a * across, f + b * across];
  }

  /** Show everything: the figure of the drawing and that of the approved one. */
  fit() {
    const drawn = this.figure ?? { x0: 0, y0: 0, x1: this.size.width, y1: this.size.height };
    const box = { ...drawn };
    if (this.approved) {
      const { matrix, figure: other } = this.laid;
      const [a, , , d, e, f] = matrix;
      box.x0 = Math.min(box.x0, other.x0 * a + e);
      box.x1 = Math.max(box.x1, other.x1 * a + e);
      box.y0 = Math.min(box.y0, other.y0 * d + f);
    }
    this.frameBox(box, MARGIN);
  }

  /** Zoom to the region that was flagged; a second time zooms out again. */
  zoomToRegion() {
    if (!this.box || this.zoomed) this.fit();
    else {
      this.frameBox(this.box, 0.15);
      this.zoomed = true;
    }
  }

  frameBox(box, margin) {
    const pane = this.panes()[0];
    const width = Math.max(8, box.x1 - box.x0) * (1 + 2 * margin);
    const height = Math.max(8, box.y1 - box.y0) * (1 + 2 * margin);
    this.view.scale = Math.min(pane.width / width, pane.height / height, 24);
    this.view.x = (box.x0 + box.x1) / 2;
    this.view.y = (box.y0 + box.y1) / 2;
    this.zoomed = false;
    this.paint();
  }

  /** Zoom by `factor`, keeping the point under (x, y) in CSS px of the canvas where it is. */
  zoom(factor, x, y) {
    const pane = this.paneAt(x);
    const scale = Math.min(64, Math.max(0.02, this.view.scale * factor));
    const offX = x - (pane.x + pane.width / 2);
    const offY = y - (pane.y + pane.height / 2);
    this.view.x += offX / this.view.scale - offX / scale;
    this.view.y += offY / this.view.scale - offY / scale;
    this.view.scale = scale;
    this.zoomed = true;
    this.paint();
  }

  /** Change one setting and paint. */
  set(name, value) {
    const sides = this.settings.mode;
    this.settings[name] = value;
    if (name === "mode" && (value === "side") !== (sides === "side")) this.fit();
    this.changed();
    this.paint();
  }

  /** Turn the approved drawing over, for a figure that looks the other way. */
  mirror() {
    this.mirrored = !this.mirrored;
    this.paint();
  }

  /** Take the next ground behind the drawing: checkerboard, white paper, grey. */
  nextGround() {
    this.set("ground", GROUNDS[(GROUNDS.indexOf(this.settings.ground) + 1) % GROUNDS.length]);
  }

  /** Show the next colour channel: all, red, green, blue, brightness; say which one it is. */
  nextChannel() {
    this.set("channel", nextChannel(this.settings.channel));
    nameChannel(this.canvas, this.settings.channel);
  }

  resize() {
    const { width, height } = this.canvas.parentElement.getBoundingClientRect();
    if (!width || !height) return;
    const first = !this.width;
    this.ratio = window.devicePixelRatio || 1;
    [this.width, this.height] = [width, height];
    for (const { canvas } of [this.context, this.under]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    if (first || !this.zoomed) this.fit();
    this.paint();
  }

  panes() {
    const [width, height] = [this.width || 1, this.height || 1];
    if (this.settings.mode !== "side") return [{ x: 0, y: 0, width, height }];
    const half = (width - GAP_PX) / 2;
    return [
      { x: 0, y: 0, width: half, height },
      { x: half + GAP_PX, y: 0, width: half, height },
    ];
  }

  paneAt(x) {
    const panes = this.panes();
    return panes.find((pane) => x <= pane.x + pane.width) ?? panes[panes.length - 1];
  }

  /** Return [x, y] of a pointer's event in px of the drawing, as its pane shows it. */
  pointOf(event) {
    const pane = this.panes()[0];
    const { left, top } = this.canvas.getBoundingClientRect();
    const { scale, x, y } = this.view;
    const offX = event.clientX - left - (pane.x + pane.width / 2);
    const offY = event.clientY - top - (pane.y + pane.height / 2);
    return [x + offX / scale, y + offY / scale];
  }

  /** Paint everything anew with the next picture of the screen. */
  paint() {
    this.stale = true;
    this.repaintLayers();
  }

  /** The same, by the name that layers and tools use. */
  repaint() {
    this.paint();
  }

  /** Paint only what lies over the pictures: as fast as a pen moves. */
  repaintLayers() {
    if (this.waiting || this.closed) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.closed && this.width) {
        this.paintNow();
        this.seen?.();
      }
    });
  }

  paintNow() {
    if (this.stale) {
      this.stale = false;
      this.paintUnder(this.under);
      isolate(this.under, this.settings.channel);
    }
    const context = this.context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.under.canvas, 0, 0);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const [first, second] = this.panes();
    const pane = { ...first, scale: this.view.scale };
    for (const layer of this.layers) inPane(this, context, pane, () => layer.paint(context, pane));
    if (this.settings.outline && (this.box || this.outlines.length)) {
      paintRegion(this, context, first, false);
      // where only the figures were laid over each other, the same place is another thing
      if (second && this.affine) paintRegion(this, context, second, true);
    }
    if (this.settings.lies === "arrows") for (const each of this.panes()) paintArrows(this, context, each);
  }

  /** Paint the pictures; the take room paints two takes here. */
  paintUnder(context) {
    paintPictures(this, context);
  }

  /** Grow or shrink the approved drawing about the middle of the view (shift and wheel). */
  grow(factor) {
    const { x, y } = this.view;
    const [a, b, c, d, e, f] = this.laid.matrix;
    this.laid.matrix = [a * factor, b * factor, c * factor, d * factor, x - (x - e) * factor, y - (y - f) * factor];
    this.paint();
  }

  /** Move the approved drawing over the other (shift and drag). */
  nudge(dx, dy) {
    this.laid.matrix[4] += dx;
    this.laid.matrix[5] += dy;
    this.paint();
  }

  pan(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.zoomed = true;
    this.paint();
  }
}
