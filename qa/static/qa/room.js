// The take room: a take frame by frame, exactly as its timesheet has it, and another take of the cut beside it.

import { changes } from "./compare.js";
import { listen } from "./keys.js";
import { json, Refused } from "./net.js";
import { Frames } from "./room-frames.js";
import { Play } from "./room-play.js";
import { Reel } from "./room-reel.js";
import { Strip } from "./room-strip.js";
import { length, RoomTake } from "./room-take.js";
import { Timeline } from "./room-timeline.js";
import { RoomViewer } from "./room-viewer.js";
import { fill } from "./words.js";

const KEPT_UNDER = "sakkan.room";
const DEFAULTS = { mode: "side", mix: 0.5, ground: "white", channel: "rgb", loop: true, skin: 0, match: "" };
const MODES = ["side", "onion", "wipe", "difference"];
const KEYS = {
  1: "side", 2: "onion", 3: "wipe", 4: "difference", l: "before-take", c: "flip", " ": "play", ",": "before", ".": "after",
  ArrowLeft: "earlier", ArrowRight: "later", ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last", i: "in", o: "out",
  p: "loop", v: "solo", s: "skin", f: "flagged", n: "match", b: "ground", g: "channel", "+": "closer", "=": "closer", "-": "farther", 0: "fit",
  "[": "cut-before", "]": "cut-after", r: "retake", q: "bag", Escape: "whole",
}; // prettier-ignore

function remembered() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEPT_UNDER) ?? "{}") };
  } catch {
    return { ...DEFAULTS };
  }
}

class Room {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("#room-data").textContent);
    this.take = new RoomTake(this.data.take);
    this.other = null;
    this.settings = { ...remembered(), heat: false, outline: false };
    this.state = { active: null, hidden: new Set(), solo: false };
    this.viewer = new RoomViewer(root.querySelector(".desk-canvas canvas"), this.settings, () => this.remember());
    this.reel = new Reel((done, all) => this.loading(done, all));
    this.frames = new Frames(this);
    this.strip = new Strip(this);
    this.timeline = new Timeline(root, this.words(), {
      seek: (frame) => this.seek(frame),
      cell: (name) => this.activate(name),
      hide: (name) => this.hide(name),
    });
    this.play = new Play(this);
    this.frame = 1;
  }

  words() {
    const said = this.root.dataset;
    return {
      frame: (frame, all) => fill(said.frame, { frame, all }),
      cell: (name) => fill(said.cell, { name }),
      offSheet: said.offSheet,
    };
  }

  /** Show the take where the address says, and the other take that it names. */
  async open() {
    const played = this.take.played();
    this.state.hidden = new Set(this.take.cells.map((cell) => cell.name).filter((name) => !played.includes(name)));
    const start = this.take.drawing(this.data.drawing.id);
    this.state.active = start?.cell ?? played.at(-1) ?? null;
    const wanted = new URLSearchParams(window.location.search).has("drawing") ? this.data.drawing.id : null;
    this.frame = Math.min(this.data.frame ?? this.take.frameOf(wanted) ?? 1, this.take.duration);
    this.timeline.use(this.take, this.state);
    this.remember();
    this.refill();
    if (this.data.with) await this.compareWith(this.data.with);
    await (wanted && !this.take.frameOf(wanted) ? this.showAlone(wanted) : this.seek(this.frame));
    document.dispatchEvent(new CustomEvent("sakkan:stage", { detail: { root: this.root, stage: this, data: this.data } }));
    this.tell();
    this.root.dataset.ready = "yes";
  }

  /** The cells that are on the screen. */
  cells() {
    if (this.state.solo && this.state.active) return [this.state.active];
    return this.take.cells.map((cell) => cell.name).filter((name) => !this.state.hidden.has(name));
  }

  /** Show one frame as it is, in full size. */
  async seek(frame) {
    this.play.halt();
    this.alone = null;
    this.frame = Math.min(this.take.duration, Math.max(1, frame));
    await this.frames.show(this.frame, { whole: true });
  }

  /** Show one drawing by itself; the timesheet never does. */
  async showAlone(id) {
    this.play.halt();
    this.alone = id;
    this.state.active = this.take.drawing(id).cell;
    await this.frames.show(this.frame, { whole: true });
  }

  /** Go where a comment, a mark or the strip points to. */
  jump({ drawingId = null, frameNo = null }) {
    const drawing = this.take.drawing(drawingId);
    if (drawing) {
      this.activate(drawing.cell, { quiet: true });
      const shown = this.take.at(frameNo ?? this.frame, [drawing.cell])[0];
      const frame = shown?.id === drawingId ? (frameNo ?? this.frame) : this.take.frameOf(drawingId);
      return frame ? this.seek(frame) : this.showAlone(drawingId);
    }
    return this.seek(frameNo ?? this.frame);
  }

  step(frames) {
    const { duration } = this.take;
    return this.seek(((this.frame - 1 + frames + duration) % duration) + 1);
  }

  stepDrawing(direction) {
    return this.seek(this.take.change(this.frame, direction, this.cells()));
  }

  /** What is played: [first, last] frame. */
  range() {
    return [this.from ?? 1, this.to ?? this.take.duration];
  }

  /** The part that was marked with in and out, null when it is the whole cut. */
  marked() {
    return this.from || this.to ? this.range() : null;
  }

  setRange(from, to) {
    this.from = from;
    this.to = to;
    const range = this.range();
    this.timeline.range(range);
    const whole = this.root.querySelector("[data-range-words]");
    whole.hidden = !this.marked();
    whole.textContent = `${fill(this.root.dataset.range, { from: range[0], to: range[1] })} ✕`;
    this.tell();
  }

  activate(name, { quiet = false } = {}) {
    if (!name || !this.take.cell(name)) return undefined;
    const same = this.state.active === name;
    this.state.active = name;
    this.state.hidden.delete(name);
    this.timeline.use(this.take, this.state);
    return same || quiet ? undefined : this.seek(this.frame);
  }

  nextCell(direction) {
    const names = this.take.cells.map((cell) => cell.name);
    if (!names.length) return undefined;
    return this.activate(names[(names.indexOf(this.state.active) + direction + names.length) % names.length]);
  }

  hide(name) {
    if (!this.state.hidden.delete(name)) this.state.hidden.add(name);
    this.timeline.use(this.take, this.state);
    return this.seek(this.frame);
  }

  solo() {
    this.state.solo = !this.state.solo;
    this.remember();
    return this.seek(this.frame);
  }

  /** Lay another take of the cut beside this one; null takes it away. */
  async compareWith(id) {
    if (!id) this.other = null;
    else this.other = new RoomTake(await json(this.data.others[id].url));
    this.viewer.flipped = false;
    this.changes = this.other ? changes(this.take, this.other) : null;
    this.strip.compare(this.changes);
    this.timeline.compare(this.changes?.of ?? new Map());
    this.root.querySelector("[name=with]").value = id ? String(id) : "";
    const address = new URL(window.location.href);
    if (id) address.searchParams.set("with", id);
    else address.searchParams.delete("with");
    window.history.replaceState({}, "", address);
    this.remember();
    this.refill();
    await this.seek(this.frame);
  }

  /** Whether the other take shows the same drawing instead of the same frame; so it is where one has no timesheet. */
  byDrawing() {
    if (!this.other) return false;
    if (this.settings.match) return this.settings.match === "drawing";
    return !(this.take.hasSheet && this.other.hasSheet);
  }

  /** Load what is played, the frames to come first. */
  refill() {
    const cells = this.cells();
    const range = this.range();
    const wanted = this.take.order(this.frame, range, cells).map((id) => this.take.drawing(id));
    if (this.byDrawing()) wanted.push(...wanted.map(({ id }) => this.twin(id)).filter(Boolean));
    else if (this.other) wanted.push(...this.other.order(this.frame, range, cells).map((id) => this.other.drawing(id)));
    const all = [...Object.values(this.take.drawings), ...Object.values(this.other?.drawings ?? {})];
    this.reel.fill(all, this.viewer.canvas.width);
    return this.reel.load(wanted);
  }

  /** The drawing of the other take that came under the same number. */
  twin(id) {
    return this.other.drawing(this.changes.of.get(id)?.twin);
  }

  loading(done, all) {
    const place = this.root.querySelector("[data-load]");
    place.hidden = done === all;
    place.querySelector("progress").value = all ? done / all : 1;
    this.root.querySelector("[data-load-words]").textContent = fill(this.root.dataset.loading, { done, all });
  }

  /** Tell pen and comments what is on the screen; of several cells the active one's drawing. */
  tell(playing = false) {
    const shown = this.alone ? [{ cell: this.state.active, id: this.alone }] : this.take.at(this.frame, this.cells());
    // turned to the other take nothing of this one is on the screen: no pen, no pins
    const drawingIds = this.viewer.flipped ? [] : shown.map(({ id }) => id).filter((id) => id !== null);
    const active = shown.find(({ cell, id }) => cell === this.state.active && drawingIds.includes(id));
    const drawingId = active?.id ?? drawingIds.at(-1) ?? null;
    const detail = { root: this.root, stage: this, drawingId, drawingIds, frameNo: this.alone ? null : this.frame, playing };
    document.dispatchEvent(new CustomEvent("sakkan:drawing", { detail }));
    return drawingId;
  }

  caption(name, words) {
    const place = this.root.querySelector(`[data-caption=${name}]`);
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** Say where in the cut this is. */
  place() {
    const { duration, fps } = this.take;
    this.caption("frame", `${this.frame} / ${duration}`);
    this.caption("length", `${length(this.frame, fps)} / ${length(duration, fps)}`);
    this.timeline.at(this.frame);
  }

  nextFlagged() {
    const flagged = Object.entries(this.take.drawings)
      .filter(([, each]) => each.flags)
      .map(([id]) => ({ id: Number(id), frame: this.take.frameOf(Number(id)) ?? Infinity }))
      .sort((a, b) => a.frame - b.frame);
    const next = flagged.find(({ frame }) => frame > this.frame) ?? flagged[0];
    return next && this.jump({ drawingId: next.id });
  }

  /** Keep the settings and show them on the buttons. */
  remember() {
    const { mode, mix, ground, channel, loop, skin, match } = this.settings;
    localStorage.setItem(KEPT_UNDER, JSON.stringify({ mode, mix, ground, channel, loop, skin, match }));
    for (const each of MODES) this.press(each, each === mode);
    this.press("loop", loop);
    this.press("match", this.byDrawing());
    this.press("skin", skin > 0);
    this.press("solo", this.state.solo);
    this.press("flip", Boolean(this.viewer?.flipped));
    this.press("before-take", Boolean(this.other) && this.other.id === this.data.before);
    for (const button of this.root.querySelectorAll("[data-do=with]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.with) === this.other?.id));
    }
    this.root.querySelector("[data-skin]").textContent = skin ? ` ${skin}` : "";
    this.root.querySelector("[data-skin-legend]").hidden = !skin;
    const slider = this.root.querySelector("[name=mix]");
    slider.value = String(Math.round(mix * 100));
    slider.disabled = mode !== "onion" && mode !== "wipe";
    this.root.toggleAttribute("data-comparing", Boolean(this.other));
    this.root.dataset.mode = this.other ? mode : "";
  }

  press(command, on) {
    this.root.querySelector(`[data-do=${command}]`)?.setAttribute("aria-pressed", String(on));
  }
}

const COMMANDS = {
  play: (room) => room.play.toggle(),
  before: (room) => room.step(-1),
  after: (room) => room.step(1),
  earlier: (room) => room.stepDrawing(-1),
  later: (room) => room.stepDrawing(1),
  "drawing-before": (room) => room.stepDrawing(-1),
  "drawing-after": (room) => room.stepDrawing(1),
  first: (room) => room.seek(room.range()[0]),
  last: (room) => room.seek(room.range()[1]),
  up: (room) => room.nextCell(1),
  down: (room) => room.nextCell(-1),
  in: (room) => room.setRange(room.frame, room.to && room.to >= room.frame ? room.to : null),
  out: (room) => room.setRange(room.from && room.from <= room.frame ? room.from : null, room.frame),
  whole: (room) => room.setRange(null, null),
  loop: (room) => room.viewer.set("loop", !room.settings.loop),
  skin: (room) => {
    room.viewer.set("skin", (room.settings.skin + 1) % 3);
    return room.seek(room.frame);
  },
  solo: (room) => room.solo(),
  flagged: (room) => room.nextFlagged(),
  match: (room) => {
    if (!room.other) return undefined;
    room.viewer.set("match", room.byDrawing() ? "frame" : "drawing");
    room.refill();
    return room.seek(room.frame);
  },
  drawing: (room, from) => room.jump({ drawingId: Number(from.dataset.drawing) }),
  ground: (room) => room.viewer.nextGround(),
  channel: (room) => room.viewer.nextChannel(),
  closer: (room) => zoom(room, 1.25),
  farther: (room) => zoom(room, 0.8),
  fit: (room) => room.viewer.fit(),
  with: (room, from) => room.compareWith(Number(from.dataset.with) === room.other?.id ? null : Number(from.dataset.with)),
  "before-take": (room) => room.compareWith(room.other ? null : room.data.before),
  flip: (room) => {
    if (!room.other) return;
    if (room.settings.mode === "side") room.viewer.set("mode", "onion");
    room.viewer.flip();
    room.frames.say();
    room.tell();
    room.remember();
  },
  "cut-before": (room) => room.root.querySelector('[data-near="["]')?.click(),
  "cut-after": (room) => room.root.querySelector('[data-near="]"]')?.click(),
  retake: (room) => openRetake(room),
  bag: (room) => window.location.assign(room.root.querySelector("[data-do=bag]").href),
};

for (const mode of MODES) {
  COMMANDS[mode] = async (room) => {
    if (!room.other && room.data.before) await room.compareWith(room.data.before);
    room.viewer.flipped = false;
    room.viewer.set("mode", mode);
    if (room.other) await room.seek(room.frame);
  };
}

function zoom(room, factor) {
  const pane = room.viewer.panes()[0];
  room.viewer.zoom(factor, pane.width / 2, pane.height / 2);
}

/** Open the order of a retake, for the drawing that is shown. */
function openRetake(room) {
  const place = room.root.querySelector("[data-retake-form]");
  if (!place) return;
  place.open = true;
  const drawing = place.querySelector("[name=drawing]");
  const shown = String(room.tell());
  if (drawing?.querySelector(`option[value="${shown}"]`)) drawing.value = shown;
  place.querySelector("[name=reason]")?.focus();
}

function notice(error) {
  if (!(error instanceof Refused)) throw error;
  const line = Object.assign(document.createElement("p"), { className: "notice notice-error", textContent: error.message });
  document.getElementById("notices").replaceChildren(line);
}

function start() {
  const room = new Room(document.getElementById("room"));
  const run = (command, from) => Promise.resolve(COMMANDS[command]?.(room, from)).catch(notice);
  room.open().catch(notice);
  listen(KEYS, (command) => run(command));
  room.root.addEventListener("click", (event) => {
    const from = event.target.closest("[data-do]");
    if (!from || from.matches("a[href]")) return;
    event.preventDefault();
    run(from.dataset.do, from);
  });
  room.root.querySelector("[name=with]").addEventListener("change", (event) => {
    room.compareWith(Number(event.target.value) || null).catch(notice);
    event.target.blur();
  });
  room.root.querySelector("[name=mix]").addEventListener("input", (event) => {
    room.viewer.set("mix", Number(event.target.value) / 100);
  });
  document.addEventListener("sakkan:comments", (event) => room.timeline.comment(event.detail.marks));
}

start();
