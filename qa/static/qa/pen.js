// The correction pen on a page with a viewer. It hears what is on the stage (sakkan:stage, sakkan:stage-closed,
// sakkan:drawing) and knows nothing else of the page; its toolbar is templates/qa/_pen.html.
//
// What the hand does goes to the outbox (penbox.js) at once and from there to the server; what others draw is asked
// for every few seconds while the page is looked at.

import { isTyping, keyOf } from "./keys.js";
import { Outbox } from "./penbox.js";
import { PenBar } from "./penbar.js";
import { paintStroke } from "./penlines.js";
import { Papers } from "./penpaper.js";
import { Eraser, Pen, Shape, Words } from "./pentools.js";

const POLL_MS = 3_500;
const WIDTHS = [1.1, 2.4, 5.5]; // in thousandths of the drawing's longer side
const LETTERS = [1.6, 2.6, 4.6];
const KEYS = { e: "eraser", x: "text", 5: "thin", 6: "medium", 7: "thick", 8: "arrow", 9: "box", ";": "veil", d: "off" };
const KEPT_UNDER = "sakkan.pen-settings";
const VEIL = 0.62;

class Desk {
  constructor() {
    this.on = false;
    this.tool = "pen";
    this.hidden = new Set(); // people whose corrections are not shown
    this.settings = { width: 1, veil: false, ...kept(), all: true }; // what was hidden yesterday is seen today
    this.done = new Map(); // drawing → {undo, redo}
    this.layer = { paint: (context) => this.paint(context) };
    this.still = document.createElement("canvas").getContext("2d");
    this.version = 0; // of what is drawn already and how it is shown
  }

  /** A stage with a picture is there. */
  open({ root, stage, data }) {
    const place = root.querySelector("[data-pen]");
    if (!place) return;
    this.close();
    this.begin(place);
    this.viewer = stage.viewer;
    this.bar = new PenBar(place, this);
    this.words = place.querySelector("[data-pen-words]");
    this.tools = {
      pen: new Pen(this), arrow: new Shape(this, "arrow"), box: new Shape(this, "box"), text: new Words(this), eraser: new Eraser(this),
    }; // prettier-ignore
    this.viewer.layers.push(this.layer);
    this.viewer.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.show(this.waiting?.root === root ? this.waiting.id : data.drawing?.id);
    this.waiting = null;
    if (this.on) this.take();
    this.say();
  }

  /** What lives as long as the page: the box and the papers. */
  begin(place) {
    if (this.outbox) return;
    const address = (drawing) => place.dataset.address.replace("/0/", `/${drawing}/`);
    this.outbox = new Outbox(place.dataset.pen, address, () => this.say());
    this.papers = new Papers(this.outbox, address, (drawing) => this.changed(drawing));
    setInterval(() => this.poll(), POLL_MS);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.away() : this.poll()));
    window.addEventListener("pagehide", () => this.away());
  }

  /** The stage is about to be replaced: what is being drawn is ended and kept. */
  close() {
    if (!this.viewer) return;
    this.finishGoing();
    this.viewer.layers = this.viewer.layers.filter((layer) => layer !== this.layer);
    this.leaving = true;
    this.viewer.tool = null;
    this.leaving = false;
    this.viewer = this.bar = this.drawing = null;
  }

  away() {
    this.finishGoing();
    this.outbox.farewell();
  }

  finishGoing() {
    if (this.viewer) for (const tool of Object.values(this.tools)) tool.finish();
  }

  /** Another drawing is on the screen; while the cut plays nobody asks the server. */
  turn({ root, drawingId, playing }) {
    if (!this.viewer) {
      this.waiting = { root, id: drawingId }; // the picture is there before its stage says so
      return;
    }
    this.playing = playing;
    if (drawingId !== this.drawing) this.finishGoing();
    this.show(drawingId);
  }

  show(drawing) {
    const other = drawing !== this.drawing;
    this.drawing = drawing ?? null;
    if (!this.drawing) return this.say();
    if (other) this.papers.settle(this.drawing);
    if (!this.playing) this.papers.load(this.drawing);
    return this.say();
  }

  poll() {
    if (document.hidden || !this.drawing || this.playing) return;
    this.papers.load(this.drawing);
  }

  changed(drawing) {
    if (drawing !== this.drawing || !this.viewer) return;
    const count = this.papers.people(drawing).length;
    document.dispatchEvent(new CustomEvent("sakkan:corrections", { detail: { drawingId: drawing, count } }));
    this.say();
    this.redraw();
  }

  say() {
    this.bar?.show();
  }

  // What the tools ask of the desk.

  /** Tell whether there is one drawing that stands still: nobody draws on a cut that plays or on an empty frame. */
  ready() {
    return this.drawing !== null && !this.playing && this.papers.mayDraw;
  }

  /** Return the width of lines in px of the drawing: the same share of a small and of a large drawing. */
  width() {
    return (WIDTHS[this.settings.width] * this.longSide()) / 1000;
  }

  textWidth() {
    return (LETTERS[this.settings.width] * this.longSide()) / 1000;
  }

  longSide() {
    const { width, height } = this.papers.of(this.drawing);
    return Math.max(width, height) || Math.max(this.viewer.size.width, this.viewer.size.height);
  }

  ink(colour = this.papers.paper.colour) {
    return this.settings.veil ? darker(colour) : colour;
  }

  mine() {
    return this.drawing ? this.papers.of(this.drawing).mine : [];
  }

  repaint() {
    this.viewer?.repaintLayers();
  }

  redraw() {
    this.version += 1;
    this.repaint();
  }

  finish(stroke) {
    if (!this.drawing) return;
    this.papers.step(this.drawing, { draw: { ...stroke, points: this.within(stroke.points) } });
    this.remember({ drawn: stroke.uid });
    if (!this.settings.all) this.set("all", true); // nobody draws what they do not see
  }

  /** Points far off the drawing are brought to its edge, as far as the server takes them. */
  within(points) {
    const { width, height } = this.viewer.size;
    const clamp = (value, size) => Math.min(1.99 * size, Math.max(-0.99 * size, value));
    return points.map(([x, y, pressure]) => [clamp(x, width), clamp(y, height), pressure]);
  }

  erase(uid) {
    this.papers.step(this.drawing, { erase: uid });
  }

  erased(uids) {
    this.remember({ erased: uids });
  }

  dropped() {
    if (!this.leaving && !this.changing && this.on) this.off(); // another tool of the page was taken
  }

  // Undo and redo, drawing by drawing.

  history() {
    if (!this.done.has(this.drawing)) this.done.set(this.drawing, { undo: [], redo: [] });
    return this.done.get(this.drawing);
  }

  remember(act) {
    const history = this.history();
    history.undo.push(act);
    history.redo = [];
    this.say();
  }

  undo() {
    this.finishGoing();
    this.turnBack("undo", "redo", true);
  }

  redo() {
    this.turnBack("redo", "undo", false);
  }

  turnBack(from, to, back) {
    if (!this.drawing) return;
    const history = this.history();
    const act = history[from].pop();
    if (!act) return;
    history[to].push(act);
    const kind = Boolean(act.drawn) === back ? "erase" : "restore";
    for (const uid of act.drawn ? [act.drawn] : act.erased) this.papers.step(this.drawing, { [kind]: uid });
    this.say();
  }

  // What the person chooses.

  toggle() {
    if (this.on) this.off();
    else if (this.viewer && this.papers.mayDraw) {
      this.on = true;
      this.take();
      this.say();
    }
  }

  off() {
    this.on = false;
    this.finishGoing();
    this.changing = true;
    if (Object.values(this.tools).includes(this.viewer.tool)) this.viewer.tool = null;
    this.changing = false;
    this.say();
    this.repaint();
  }

  /** Take a tool; the same once more goes back to the pen. */
  choose(tool) {
    if (!this.on) return;
    this.finishGoing();
    this.tool = this.tool === tool ? "pen" : tool;
    this.take();
    this.say();
  }

  take() {
    this.changing = true;
    this.viewer.tool = this.tools[this.tool];
    this.changing = false;
    this.repaint();
  }

  set(name, value) {
    this.settings[name] = value;
    localStorage.setItem(KEPT_UNDER, JSON.stringify(this.settings));
    this.say();
    this.redraw();
  }

  see(person, shown) {
    if (shown) this.hidden.delete(person);
    else this.hidden.add(person);
    this.say();
    this.redraw();
  }

  light(person) {
    this.lit = person;
    this.redraw();
  }

  hover(event) {
    if (this.on && this.tool === "eraser" && this.viewer) this.tools.eraser.hover(this.viewer.pointOf(event));
  }

  // Painting.

  paint(context) {
    if (!this.drawing) return;
    this.paintStill(context);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.still.canvas, 0, 0);
    context.restore();
    if (this.on) this.tools[this.tool].paint(context, this.ink());
  }

  /** Paint what is drawn already, once for a view: while a line is being drawn only that one is painted. */
  paintStill(context) {
    const at = context.getTransform();
    const { width, height } = context.canvas;
    const view = [at.a, at.e, at.f, width, height, this.drawing, this.version].join();
    if (view === this.stillView) return;
    this.stillView = view;
    const still = this.still;
    [still.canvas.width, still.canvas.height] = [width, height]; // also makes it empty
    if (!this.settings.all) return;
    still.setTransform(at);
    if (this.settings.veil) this.paintVeil(still);
    for (const person of this.papers.people(this.drawing)) {
      if (this.hidden.has(person.id)) continue;
      still.globalAlpha = this.lit === undefined || this.lit === person.id ? 1 : 0.2;
      for (const stroke of person.strokes) paintStroke(still, stroke, this.ink(person.colour));
    }
  }

  /** A sheet of correction paper lies over the drawing; what is below shines through. */
  paintVeil(context) {
    const { width, height } = this.viewer.size;
    context.globalAlpha = VEIL;
    context.fillStyle = lighter(this.papers.paper.colour);
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
  }

  // Keys.

  key(event) {
    if (event.cancelBubble || !this.viewer || document.querySelector("dialog[open]")) return false;
    if (isTyping(event)) return false;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
      if (!this.on) return false;
      if (event.shiftKey) this.redo();
      else this.undo();
      return true;
    }
    const key = keyOf(event);
    if (event.repeat || !key) return false;
    if (key === "y") this.set("all", !this.settings.all);
    else if (key === "d" && !this.on) this.toggle();
    else if (this.on && key === "Escape") this.off();
    else if (this.on && KEYS[key]) this.run(KEYS[key]);
    else return false;
    return true;
  }

  run(command) {
    const widths = ["thin", "medium", "thick"];
    if (widths.includes(command)) this.set("width", widths.indexOf(command));
    else if (command === "veil") this.set("veil", !this.settings.veil);
    else if (command === "all") this.set("all", !this.settings.all);
    else if (command === "off") this.off();
    else if (command === "toggle") this.toggle();
    else if (command === "undo") this.undo();
    else if (command === "redo") this.redo();
    else if (command === "again") this.outbox.again();
    else if (command === "discard") this.outbox.discard();
    else this.choose(command);
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? "{}");
  } catch {
    return {};
  }
}

function mixed(colour, other, share) {
  const [one, two] = [colour, other].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return `rgb(${one.map((value, index) => Math.round(value + (two[index] - value) * share)).join(" ")})`;
}

function darker(colour) {
  return mixed(colour, "#000000", 0.5);
}

function lighter(colour) {
  return mixed(colour, "#ffffff", 0.55);
}

const desk = new Desk();
document.addEventListener("sakkan:stage", (event) => desk.open(event.detail));
document.addEventListener("sakkan:stage-closed", () => desk.close());
document.addEventListener("sakkan:drawing", (event) => desk.turn(event.detail));
document.addEventListener(
  "keydown",
  (event) => {
    if (!desk.key(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
