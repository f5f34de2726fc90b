// The viewer of the take room: a frame of one take, or of two in the same place, and the onion skin over it.

import { place } from "./compare.js";
import { GREY, inPane, paintGround } from "./painting.js";
import { Viewer } from "./viewer.js";

const MARGIN = 0.02;

export class RoomViewer extends Viewer {
  /**
   * Show a frame. A side is {pictures: [{image, width, height}], size}; `there` is the other take or null;
   * `skin` = [{image, width, height, alpha}] lies over this take; `marked` is the picture of the difference.
   */
  showFrame({ here, there = null, skin = [], marked = null }) {
    const resized = here.size.width !== this.size.width || here.size.height !== this.size.height;
    const wasSplit = this.panes().length;
    Object.assign(this, { here, there, skin, marked, size: here.size });
    if (resized || wasSplit !== this.panes().length) this.fit();
    this.paint();
  }

  /** Show the whole sheet. */
  fit() {
    this.frameBox({ x0: 0, y0: 0, x1: this.size.width, y1: this.size.height }, MARGIN);
  }

  /** Side by side only where there is something to stand beside. */
  panes() {
    if (this.there && this.settings.mode === "side") return super.panes();
    return [{ x: 0, y: 0, width: this.width || 1, height: this.height || 1 }];
  }

  /** Turn to the other take and back, in place. */
  flip() {
    this.flipped = !this.flipped;
    this.paint();
  }

  /** Two takes lie in the same place: neither grows nor moves alone. */
  grow() {}

  nudge(dx, dy) {
    this.pan(-dx, -dy);
  }

  paintUnder(context) {
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = GREY.around;
    context.fillRect(0, 0, this.width, this.height);
    if (!this.here) return;
    const [first, second] = this.panes();
    const mode = this.there ? this.settings.mode : "";
    if (second) {
      this.paintSide(context, first, this.here);
      this.paintSide(context, second, this.there);
      this.paintSkin(context, first);
    } else if (this.there && this.flipped) this.paintSide(context, first, this.there);
    else if (mode === "difference" && this.marked) this.paintMarked(context, first);
    else {
      this.paintSide(context, first, this.here);
      if (mode === "onion") this.paintMixed(context, first);
      if (mode === "wipe") this.paintWipe(context, first);
      this.paintSkin(context, first);
    }
  }

  paintSide(context, pane, side) {
    inPane(this, context, pane, () => {
      const { scale, dx, dy } = place(side, this.size);
      paintGround(this, context, { x: 0, y: 0, ...this.size }, this.settings.ground);
      for (const each of side.pictures) context.drawImage(each.image, dx, dy, each.width * scale, each.height * scale);
    });
  }

  paintSkin(context, pane) {
    inPane(this, context, pane, () => {
      for (const { image, width, height, alpha } of this.skin) {
        context.globalAlpha = alpha;
        context.drawImage(image, 0, 0, width, height);
      }
      context.globalAlpha = 1;
    });
  }

  /** Lay the other take over this one as one picture, so that its cells do not shine through each other. */
  paintMixed(context, pane) {
    const { width, height } = context.canvas;
    this.scratch ??= document.createElement("canvas").getContext("2d");
    const on = this.scratch;
    [on.canvas.width, on.canvas.height] = [width, height];
    on.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    on.fillStyle = GREY.around;
    on.fillRect(0, 0, this.width, this.height);
    this.pattern = null; // a pattern belongs to the canvas it was made for
    this.paintSide(on, pane, this.there);
    this.pattern = null;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = this.settings.mix;
    context.drawImage(on.canvas, 0, 0);
    context.restore();
  }

  paintWipe(context, pane) {
    const at = pane.x + pane.width * this.settings.mix;
    context.save();
    context.beginPath();
    context.rect(at, pane.y, pane.x + pane.width - at, pane.height);
    context.clip();
    context.fillStyle = GREY.around;
    context.fillRect(at, pane.y, pane.width, pane.height);
    this.paintSide(context, pane, this.there);
    context.restore();
    context.fillStyle = "#000";
    context.fillRect(at - 1.5, pane.y, 3, pane.height);
    context.fillStyle = "#fff";
    context.fillRect(at - 0.5, pane.y, 1, pane.height);
    context.beginPath();
    context.arc(at, pane.y + pane.height / 2, 6, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = "#000";
    context.stroke();
  }

  paintMarked(context, pane) {
    inPane(this, context, pane, () => context.drawImage(this.marked, 0, 0, this.size.width, this.size.height));
  }
}
