// The viewer: a drawing and an approved drawing on one canvas, with one zoom and one pan for both.
//
// Everything is placed in px of the drawing under review. The approved drawing is laid over it by its figure, so
// the same spot of both panes shows the same part of the body.

import { align, figureBox } from "./pictures.js";

const GROUNDS = ["checker", "white", "grey"];
const GREY = { around: "#3a3a3a", grey: "#808080", white: "#ffffff", light: "#d4d4d4", dark: "#c4c4c4" };
const GAP_PX = 6;
const MARGIN = 0.06;
const GRIP_PX = 10;

export const MODES = ["side", "onion", "wipe", "difference"];

export class Viewer {
  /** `settings` = {mode, mix, heat, outline, ground}; it is shared, so that it outlives a flag. */
  constructor(canvas, settings, changed = () => {}) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.settings = settings;
    this.changed = changed;
    this.layers = [];
    this.size = { width: 1, height: 1 };
    this.figure = null;
    this.box = null;
    this.heat = null;
    this.approved = null;
    this.laid = { scale: 1, dx: 0, dy: 0, figure: { x0: 0, y0: 0, x1: 1, y1: 1 } };
    this.mirrored = false;
    this.view = { x: 0, y: 0, scale: 1 };
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas.parentElement);
    this.listen();
    this.resize();
  }

  /** End the work of this viewer; the canvas may go. */
  close() {
    this.observer.disconnect();
    this.closed = true;
  }

  /** Show one drawing; `box` {x0,y0,x1,y1} and `heat` (picture) belong to it. */
  show(image, { box = null, heat = null } = {}) {
    this.layers = [image];
    this.alone = false;
    this.size = { width: image.naturalWidth, height: image.naturalHeight };
    this.figure = figureBox(image);
    this.box = box;
    this.heat = heat;
    this.lay();
    this.paint();
  }

  /** Show the layers of one frame of a cut, lowest first, in the same place. */
  showLayers(layers, size) {
    this.layers = layers;
    this.alone = true; // nothing is laid over a cut: its drawings move, the approved one does not
    this.size = size;
    this.box = null;
    this.heat = null;
    this.paint();
  }

  /** Set the approved drawing. */
  compare(image) {
    this.approved = image;
    this.lay();
    this.paint();
  }

  lay() {
    if (!this.approved || !this.figure) return;
    const figure = figureBox(this.approved);
    this.laid = { ...align(this.figure, figure), figure };
  }

  /** Show everything: the figure of the drawing and that of the approved one. */
  fit() {
    const drawn = this.figure ?? { x0: 0, y0: 0, x1: this.size.width, y1: this.size.height };
    const box = { ...drawn };
    if (this.approved) {
      const { scale, dx, dy, figure: other } = this.laid;
      box.x0 = Math.min(box.x0, other.x0 * scale + dx);
      box.x1 = Math.max(box.x1, other.x1 * scale + dx);
      box.y0 = Math.min(box.y0, other.y0 * scale + dy);
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

  resize() {
    const { width, height } = this.canvas.parentElement.getBoundingClientRect();
    if (!width || !height) return;
    const first = !this.width;
    this.ratio = window.devicePixelRatio || 1;
    [this.width, this.height] = [width, height];
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
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

  paint() {
    if (this.waiting || this.closed) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.closed && this.width) this.paintNow();
    });
  }

  paintNow() {
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = GREY.around;
    context.fillRect(0, 0, this.width, this.height);
    const [first, second] = this.panes();
    const over = this.alone || !this.approved ? "" : this.settings.mode;
    if (over === "difference") this.paintDifference(first);
    else this.inPane(context, first, () => this.paintDrawing(context));
    if (second) this.inPane(context, second, () => this.paintApproved(context, 1));
    if (over === "onion") this.inPane(context, first, () => this.paintApproved(context, this.settings.mix * 0.999));
    if (over === "wipe") this.paintWipe(first);
    if (this.settings.outline && this.box) {
      this.outline(first, false);
      if (second) this.outline(second, true);
    }
  }

  inPane(context, pane, draw) {
    context.save();
    context.beginPath();
    context.rect(pane.x, pane.y, pane.width, pane.height);
    context.clip();
    context.translate(pane.x + pane.width / 2, pane.y + pane.height / 2);
    context.scale(this.view.scale, this.view.scale);
    context.translate(-this.view.x, -this.view.y);
    context.imageSmoothingEnabled = this.view.scale < 3;
    context.imageSmoothingQuality = "high";
    draw();
    context.restore();
  }

  paintDrawing(context, ground = this.settings.ground) {
    const { width, height } = this.size;
    this.paintGround(context, 0, 0, width, height, ground);
    for (const layer of this.layers) context.drawImage(layer, 0, 0, width, height);
    if (this.settings.heat && this.heat) context.drawImage(this.heat, 0, 0, width, height);
  }

  paintApproved(context, alpha, ground = this.settings.ground) {
    if (!this.approved) return;
    const { scale, dx, dy } = this.laid;
    const width = this.approved.naturalWidth * scale;
    const height = this.approved.naturalHeight * scale;
    const { x0, x1 } = this.laid.figure;
    const left = this.mirrored ? dx + (x0 + x1) * scale - width : dx;
    if (alpha === 1) this.paintGround(context, left, dy, width, height, ground);
    context.save();
    context.globalAlpha = alpha;
    context.translate(this.mirrored ? left + width : left, dy);
    context.scale(this.mirrored ? -1 : 1, 1);
    context.drawImage(this.approved, 0, 0, width, height);
    context.restore();
  }

  paintGround(context, x, y, width, height, ground) {
    context.fillStyle = ground === "checker" ? this.checker() : GREY[ground];
    context.fillRect(x, y, width, height);
  }

  checker() {
    if (!this.pattern) {
      const tile = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
      const context = tile.getContext("2d");
      context.fillStyle = GREY.light;
      context.fillRect(0, 0, 16, 16);
      context.fillStyle = GREY.dark;
      context.fillRect(0, 0, 8, 8);
      context.fillRect(8, 8, 8, 8);
      this.pattern = this.context.createPattern(tile, "repeat");
    }
    const still = 1 / this.view.scale; // squares keep their size on the screen
    this.pattern.setTransform(new DOMMatrix().scale(still, still));
    return this.pattern;
  }

  paintWipe(pane) {
    const at = pane.x + pane.width * this.settings.mix;
    const context = this.context;
    const right = { ...pane };
    context.save();
    context.beginPath();
    context.rect(at, pane.y, pane.x + pane.width - at, pane.height);
    context.clip();
    context.fillStyle = GREY.around;
    context.fillRect(at, pane.y, pane.width, pane.height);
    this.inPane(context, right, () => this.paintApproved(context, 1));
    context.restore();
    context.fillStyle = "#000";
    context.fillRect(at - 1.5, pane.y, 3, pane.height);
    context.fillStyle = "#fff";
    context.fillRect(at - 0.5, pane.y, 1, pane.height);
  }

  paintDifference(pane) {
    const sheets = [0, 1].map(() => {
      const sheet = Object.assign(document.createElement("canvas"), {
        width: this.canvas.width,
        height: this.canvas.height,
      });
      const context = sheet.getContext("2d");
      context.fillStyle = GREY.white;
      context.fillRect(0, 0, sheet.width, sheet.height);
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      return { sheet, context };
    });
    this.inPane(sheets[0].context, pane, () => this.paintDrawing(sheets[0].context, "white"));
    this.inPane(sheets[1].context, pane, () => this.paintApproved(sheets[1].context, 1, "white"));
    const context = this.context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(sheets[0].sheet, 0, 0);
    context.globalCompositeOperation = "difference";
    context.drawImage(sheets[1].sheet, 0, 0);
    context.restore();
  }

  outline(pane, dashed) {
    const { scale, x, y } = this.view;
    const left = (this.box.x0 - x) * scale + pane.x + pane.width / 2;
    const top = (this.box.y0 - y) * scale + pane.y + pane.height / 2;
    const context = this.context;
    context.save();
    context.beginPath();
    context.rect(pane.x, pane.y, pane.width, pane.height);
    context.clip();
    context.setLineDash(dashed ? [6, 5] : []);
    for (const [colour, width] of [["#000000", 4], ["#ffb000", 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(left, top, (this.box.x1 - this.box.x0) * scale, (this.box.y1 - this.box.y0) * scale);
    }
    context.restore();
  }

  listen() {
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015));
        if (event.shiftKey) this.grow(factor);
        else this.zoom(factor, event.offsetX, event.offsetY);
      },
      { passive: false },
    );
    this.canvas.addEventListener("dblclick", () => this.fit());
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
  }

  /** Grow or shrink the approved drawing about the middle of the view (shift and wheel). */
  grow(factor) {
    const { x, y } = this.view;
    this.laid.scale *= factor;
    this.laid.dx = x - (x - this.laid.dx) * factor;
    this.laid.dy = y - (y - this.laid.dy) * factor;
    this.paint();
  }

  grab(event) {
    if (event.button > 1) return;
    this.canvas.setPointerCapture(event.pointerId);
    const grip = this.settings.mode === "wipe" && Math.abs(event.offsetX - this.width * this.settings.mix) < GRIP_PX;
    let [x, y] = [event.clientX, event.clientY];
    const move = (next) => {
      const [dx, dy] = [(next.clientX - x) / this.view.scale, (next.clientY - y) / this.view.scale];
      [x, y] = [next.clientX, next.clientY];
      if (grip) this.set("mix", Math.min(1, Math.max(0, next.offsetX / this.width)));
      else if (next.shiftKey) this.nudge(dx, dy);
      else this.pan(-dx, -dy);
    };
    const drop = () => {
      this.canvas.removeEventListener("pointermove", move);
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", drop, { once: true });
    this.canvas.addEventListener("pointercancel", drop, { once: true });
  }

  /** Move the approved drawing over the other (shift and drag). */
  nudge(dx, dy) {
    this.laid.dx += dx;
    this.laid.dy += dy;
    this.paint();
  }

  pan(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.zoomed = true;
    this.paint();
  }
}
