// The hand on the viewer: wheel, mouse, pen and fingers. One place decides who gets a pointer: the tool that is in
// the hand, the wipe's grip, or the view (pan, pinch).
//
// With a tool the primary button and the pen's tip are the tool's; wheel, middle button, space and drag, and two
// fingers still move the view. One finger draws only where no pen was ever seen, for then it is all there is; a tool
// that says `fingers: true` gets it in any case.

import { isTyping } from "./keys.js";

const GRIP_PX = 10;
const PEN_SEEN = "sakkan.pen-seen";

export class Hand {
  constructor(viewer) {
    this.viewer = viewer;
    this.canvas = viewer.canvas;
    this.fingers = new Map();
    this.canvas.style.touchAction = "none"; // the page does not scroll or zoom under the picture
    const on = (name, act, options) => this.canvas.addEventListener(name, act, options);
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("dblclick", () => viewer.tool || viewer.fit());
    on("contextmenu", (event) => viewer.tool && event.preventDefault());
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event, false));
    on("pointercancel", (event) => this.up(event, true));
    this.onKeyDown = (event) => this.keyDown(event);
    this.onKeyUp = (event) => this.keyUp(event);
    document.addEventListener("keydown", this.onKeyDown, { capture: true });
    document.addEventListener("keyup", this.onKeyUp, { capture: true });
  }

  /** Listen no more to the page's keys. */
  close() {
    document.removeEventListener("keydown", this.onKeyDown, { capture: true });
    document.removeEventListener("keyup", this.onKeyUp, { capture: true });
    this.drop(true);
  }

  wheel(event) {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015));
    if (event.shiftKey) this.viewer.grow(factor);
    else this.viewer.zoom(factor, event.offsetX, event.offsetY);
  }

  /** Return [x, y] of an event in CSS px of the canvas. */
  spot(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  down(event) {
    if (event.pointerType === "pen") localStorage.setItem(PEN_SEEN, "yes");
    if (event.pointerType === "touch") {
      if (this.drag?.pen) return; // the palm of the hand that holds the pen
      this.fingers.set(event.pointerId, this.spot(event));
      if (this.fingers.size > 1) {
        this.drop(true); // what the first finger began was the start of a pinch
        return;
      }
    } else if (event.button > 1 && event.pointerType === "mouse") {
      return;
    }
    if (this.drag) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = this.begin(event);
  }

  begin(event) {
    const drag = { id: event.pointerId, pen: event.pointerType === "pen", last: [event.clientX, event.clientY] };
    if (this.isForTool(event)) {
      drag.tool = this.viewer.tool;
      drag.tool.down(this.viewer.pointOf(event), event);
      return drag;
    }
    const [x] = this.spot(event);
    const { mode, mix } = this.viewer.settings;
    drag.grip = mode === "wipe" && Math.abs(x - this.viewer.width * mix) < GRIP_PX;
    return drag;
  }

  isForTool(event) {
    const { tool } = this.viewer;
    if (!tool || this.space || event.button === 1) return false;
    const [x] = this.spot(event);
    if (x > this.viewer.panes()[0].width) return false; // over the approved drawing
    if (event.pointerType !== "touch" || tool.fingers) return true;
    return !localStorage.getItem(PEN_SEEN);
  }

  move(event) {
    if (this.fingers.size > 1 && this.fingers.has(event.pointerId)) {
      this.pinch(event);
      return;
    }
    const { drag } = this;
    if (!drag || drag.id !== event.pointerId) return;
    if (drag.tool) {
      drag.tool.move(this.viewer.pointOf(event), event);
      return;
    }
    const [x, y] = drag.last;
    const { scale } = this.viewer.view;
    const [dx, dy] = [(event.clientX - x) / scale, (event.clientY - y) / scale];
    drag.last = [event.clientX, event.clientY];
    this.dragged = true;
    if (drag.grip) this.viewer.set("mix", Math.min(1, Math.max(0, this.spot(event)[0] / this.viewer.width)));
    else if (event.shiftKey && !this.viewer.tool) this.viewer.nudge(dx, dy);
    else this.viewer.pan(-dx, -dy);
  }

  pinch(event) {
    const before = [...this.fingers.values()].slice(0, 2);
    this.fingers.set(event.pointerId, this.spot(event));
    const after = [...this.fingers.values()].slice(0, 2);
    const [[fromX, fromY], [toX, toY]] = [middle(before), middle(after)];
    const { scale } = this.viewer.view;
    this.viewer.pan((fromX - toX) / scale, (fromY - toY) / scale);
    this.viewer.zoom(apart(after) / Math.max(1, apart(before)), toX, toY);
  }

  up(event, broken) {
    this.fingers.delete(event.pointerId);
    const { drag } = this;
    if (!drag || drag.id !== event.pointerId) return;
    this.drag = null;
    if (!drag.tool) return;
    if (broken && drag.tool.cancel) drag.tool.cancel();
    else drag.tool.up(this.viewer.pointOf(event), event);
  }

  /** Take what is going on out of the hand. */
  drop(broken) {
    const { drag } = this;
    this.drag = null;
    if (broken) drag?.tool?.cancel?.();
  }

  /** Space moves the view while a tool is in the hand; pressed and let go alone it is the page's own key. */
  keyDown(event) {
    if (event.key !== " " || !this.viewer.tool || this.passing || isTyping(event)) return;
    if (event.target.closest?.("button, a, summary, input")) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.space) return;
    this.space = true;
    this.dragged = false;
    this.canvas.style.cursor = "grab";
  }

  keyUp(event) {
    if (event.key !== " " || !this.space) return;
    this.space = false;
    this.canvas.style.cursor = this.viewer.tool?.cursor ?? "";
    if (this.dragged) return;
    this.passing = true;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
    this.passing = false;
  }
}

function middle([a, b]) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function apart([a, b]) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
