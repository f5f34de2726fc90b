// The in-between page: two keys, a chart, and everything by which an artist steers what is drawn between them.

import { restored } from "./desk-kept.js";
import { nextGround, paintGround } from "./desk-paint.js";
import { listen } from "./desk-shortcuts.js";
import { Stage } from "./desk-stage.js";
import { fill } from "./desk-words.js";
import { Chart } from "./inbetween-chart.js";
import { Draft } from "./inbetween-draft.js";
import { startFiles } from "./inbetween-files.js";
import { Keys } from "./inbetween-keys.js";
import { SetList, listWeak, tellRegion } from "./inbetween-list.js";
import { paintMarks } from "./inbetween-marks.js";
import { outline, paintGrades, paintWeak } from "./inbetween-paint.js";
import { Play } from "./inbetween-play.js";
import { Regions } from "./inbetween-regions.js";
import { Work, fraction } from "./inbetween-state.js";
import { startTiming } from "./inbetween-timing.js";
import { makeTools, step } from "./inbetween-tools.js";

const SETTINGS_UNDER = "sakkan.inbetween.view";
const SPOKEN_MS = 4000;
const LEAST_BOX_PX = 40;
const MODES = ["result", "keys", "side", "sure"];
const TOOL_KEYS = { v: "look", p: "pin", m: "match", u: "apart", x: "vanish", c: "appear", d: "depth", b: "bend", t: "protect", s: "smear" };
const MODE_KEYS = { 1: "result", 2: "keys", 3: "side", 4: "sure" };
const COMMAND_KEYS = {
  " ": "play", ",": "before", ".": "after", "+": "forward", "-": "back", o: "skins", g: "ground", f: "fit", i: "put",
  "[": "pair-before", "]": "pair-after", Escape: "escape", PageUp: "closer", PageDown: "farther",
};

class Desk {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(document.getElementById("inbetween-data").textContent);
    this.words = this.data.words;
    this.settings = { mode: "result", onion: 60, ground: "paper", skins: true, max_px: 512, ...restored(SETTINGS_UNDER) };
    this.found = new Regions();
    this.boxes = [];
    this.lit = null;
    this.t = 0.5;
    this.work = new Work(this.data.start);
    this.keys = new Keys(this);
    this.stage = new Stage(this.find("canvas"), (context, pane) => this.paint(context, pane), ["side", "sure"]);
    this.draft = new Draft(this.data.urls.draft, this.data.page, this.settings.max_px);
    this.play = new Play(this.data.fps, {
      seek: (t) => this.seek(t),
      stops: () => this.stops(),
      hold: () => this.work.data.on,
      changed: (playing) => this.press("play", playing),
    });
    this.chart = new Chart(this.find("[data-part=ladder]"), this.work, { seek: (t) => this.look(t), words: this.words });
    this.list = new SetList(this.find("[data-part=set]"), this.work, this.words, {
      lit: (each) => this.light(each),
    });
    this.tools = makeTools(this);
    this.listenToDrafts();
    this.work.addEventListener("change", () => this.changed());
    this.listenToPage();
    startTiming(this);
    startFiles(this);
    listen(this, { tools: TOOL_KEYS, modes: MODE_KEYS, commands: COMMAND_KEYS });
    this.hold("look");
    this.stage.setMode(this.settings.mode);
    this.tellSettings();
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  async start() {
    tellRegion(this.find("[data-part=region]"), null, null, this.words);
    await this.keys.load();
  }

  listenToDrafts() {
    this.draft.addEventListener("drawing", () => this.drawn());
    this.draft.addEventListener("busy", () => this.tellBusy());
    this.draft.addEventListener("trouble", ({ detail }) => this.trouble(detail));
    this.draft.addEventListener("regions", ({ detail }) => {
      this.found = new Regions(detail.regions);
      this.needed = detail.needs_breakdown;
      this.show(null);
      this.tellWeak();
      this.stage.repaint();
    });
  }

  listenToPage() {
    this.root.addEventListener("click", (event) => {
      const { tool, do: command, mode } = event.target.closest("[data-tool], [data-do], [data-mode]")?.dataset ?? {};
      if (tool) this.hold(tool);
      else if (mode) this.setMode(mode);
      else if (command) this.run(command, event);
    });
    this.find("[name=onion]").addEventListener("input", (event) => this.set("onion", Number(event.target.value)));
    this.find("[name=max_px]").addEventListener("change", (event) => {
      this.set("max_px", Number(event.target.value));
      this.draft.resize(this.settings.max_px);
    });
  }

  /** Do what a key or a button says. */
  run(command, event) {
    const commands = {
      play: () => this.play.toggle(),
      before: () => this.stepBy(-1),
      after: () => this.stepBy(1),
      undo: () => this.work.undo(),
      redo: () => this.work.redo(),
      clear: () => this.work.clear(),
      fit: () => this.stage.fit(),
      closer: () => this.stage.zoom(1.25),
      farther: () => this.stage.zoom(0.8),
      ground: () => this.set("ground", nextGround(this.settings.ground)),
      skins: () => this.set("skins", !this.settings.skins),
      forward: () => this.shown && step(this, this.shown, 1),
      back: () => this.shown && step(this, this.shown, -1),
      "pair-before": () => this.keys.neighbour(-1),
      "pair-after": () => this.keys.neighbour(1),
      put: () => this.chart.add(this.widestGap()),
      again: () => this.changed(),
      escape: () => (this.play.playing ? this.play.halt() : this.hold("look")),
    };
    commands[command]?.(event);
  }

  /** Return the middle of the widest gap of the chart. */
  widestGap() {
    const all = [0, ...this.work.positions, 1];
    const gaps = all.slice(1).map((t, index) => [t - all[index], (t + all[index]) / 2]);
    return gaps.reduce((best, each) => (each[0] > best[0] + 1e-6 ? each : best))[1];
  }

  // What the tools ask.

  regions() {
    return this.found;
  }

  now() {
    return this.t;
  }

  /** Show a region and its partner, on the canvas and in words. */
  show(region) {
    if (this.shown === region && region) return;
    this.shown = region ?? null;
    const told = region ?? this.pinned ?? null;
    tellRegion(this.find("[data-part=region]"), told, this.found.partner(told), this.words);
    this.stage.repaint();
  }

  /** Keep a region shown after the pointer has left it; the same again lets it go. */
  pin(region) {
    this.pinned = region && this.pinned?.id !== region.id ? region : null;
    this.show(region);
  }

  /** Say in a line why a tool did nothing. */
  say(name) {
    const line = this.find("[data-part=said]");
    line.textContent = this.words.said[name] ?? name;
    line.hidden = false;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (line.hidden = true), SPOKEN_MS);
  }

  hold(name) {
    this.tool = name;
    this.stage.hold(this.tools[name]);
    for (const button of this.root.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    this.find("[data-part=hint]").textContent = this.words.hints[name];
    if (name === "bend" && !["result", "keys"].includes(this.settings.mode)) this.setMode("keys");
  }

  light(each) {
    this.lit = each;
    this.stage.repaint();
  }

  // Where one stands.

  stops() {
    return [0, ...this.work.positions, 1];
  }

  /** Stand at a position by the hand: playing stops. */
  look(t) {
    this.play.halt();
    this.seek(t);
  }

  seek(t) {
    if (t === this.t) return;
    this.t = t;
    if (!this.play.playing) this.want();
    this.tellPlace();
    this.stage.repaint();
  }

  stepBy(by) {
    this.play.halt();
    const stops = this.stops();
    const nearest = stops.reduce((best, t, index) => (Math.abs(t - this.t) < Math.abs(stops[best] - this.t) ? index : best), 0);
    this.seek(stops[(nearest + by + stops.length) % stops.length]);
  }

  // Drawing.

  want() {
    if (this.keys.ready) this.draft.want(this.keys.pair, this.work, this.t);
  }

  changed() {
    this.keys.remember();
    const stops = this.stops();
    if (!stops.includes(this.t)) this.t = stops.reduce((best, t) => (Math.abs(t - this.t) < Math.abs(best - this.t) ? t : best));
    this.find("[data-do=undo]").disabled = !this.work.past.length;
    this.find("[data-do=redo]").disabled = !this.work.future.length;
    this.want();
    this.tellPlace();
    this.tellWeak();
    this.stage.repaint();
  }

  drawn() {
    this.tellPlace();
    this.tellWeak();
    this.stage.repaint();
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  /** Return the picture at the present position, and whether it is of the steering before. */
  picture() {
    if (this.t === 0 || this.t === 1) {
      const key = this.t === 0 ? this.keys.a : this.keys.b;
      return key?.picture ? { picture: key.picture, box: [0, 0, ...this.keys.size] } : null;
    }
    const drawing = this.draft.at(this.t);
    if (drawing) return drawing;
    const older = this.draft.older(this.t) ?? this.before;
    return older && { ...older, stale: true };
  }

  paint(context, pane) {
    const { settings, keys } = this;
    if (!keys.size) return;
    const { scale } = pane;
    paintGround(context, keys.size, settings.ground, scale);
    context.imageSmoothingEnabled = scale < 2.5;
    if (pane.key === "both") this.paintOverlay(context);
    else this.paintKey(context, pane);
    if (this.play.playing) return;
    this.paintShown(context, pane);
    paintMarks(context, this.work, this.found, pane, this.lit);
    this.stage.tool?.paint(context, pane);
    if (this.boxes.length) paintWeak(context, this.boxes, scale);
  }

  paintOverlay(context) {
    const { settings, keys, play } = this;
    const skins = settings.mode === "keys" ? 1 : settings.onion / 100;
    if (settings.skins && !play.playing) {
      context.globalAlpha = skins;
      for (const key of [keys.a, keys.b]) if (key?.skin) context.drawImage(key.skin, 0, 0, ...keys.size);
      context.globalAlpha = 1;
    }
    if (settings.mode !== "result") return;
    const drawing = this.picture();
    if (!drawing) return;
    const [left, top, right, bottom] = drawing.box;
    if (!drawing.stale) this.before = drawing;
    context.drawImage(drawing.picture, left, top, right - left, bottom - top);
  }

  paintKey(context, pane) {
    const key = this.keys[pane.key];
    if (key?.picture) context.drawImage(key.picture, 0, 0, ...this.keys.size);
    if (this.settings.mode === "sure") paintGrades(context, this.found, pane.key, pane.scale);
  }

  paintShown(context, pane) {
    for (const region of [this.shown ?? this.pinned].filter(Boolean)) {
      const partner = this.found.partner(region);
      for (const each of [region, partner].filter(Boolean)) {
        if (pane.key === "both" || pane.key === each.key) outline(context, each, pane.scale, { dashed: each !== region });
      }
    }
  }

  // What stands around the canvas.

  set(name, value) {
    this.settings[name] = value;
    localStorage.setItem(SETTINGS_UNDER, JSON.stringify(this.settings));
    this.tellSettings();
    this.stage.repaint();
  }

  setMode(mode) {
    this.set("mode", mode);
    this.stage.setMode(mode);
  }

  tellSettings() {
    for (const mode of MODES) this.find(`[data-mode=${mode}]`).setAttribute("aria-pressed", String(mode === this.settings.mode));
    this.press("skins", this.settings.skins);
    this.find("[name=onion]").value = String(this.settings.onion);
    this.find("[name=max_px]").value = String(this.settings.max_px);
    this.find("[data-part=legend]").hidden = this.settings.mode !== "sure";
    this.root.dataset.mode = this.settings.mode;
  }

  press(command, pressed) {
    this.find(`[data-do=${command}]`).setAttribute("aria-pressed", String(pressed));
  }

  tellPlace() {
    const states = new Map(this.work.positions.map((t) => [t, this.draft.at(t)?.weak?.length ? "weak" : this.draft.at(t) ? "drawn" : ""]));
    this.chart.stand(this.t, states);
    const place = this.find("[data-part=place]");
    const ends = { 0: this.keys.a?.number ?? "A", 1: this.keys.b?.number ?? "B" };
    const words = this.t in ends ? fill(this.words.key, { number: ends[this.t] }) : fraction(this.t);
    const drawing = this.t in ends ? null : this.draft.at(this.t);
    const sure = drawing ? fill(this.words.sure, { sure: `${Math.round(drawing.confidence * 100)} %` }) : "";
    place.textContent = [words, sure].filter(Boolean).join(" · ");
  }

  tellBusy() {
    const chip = this.find("[data-part=busy]");
    chip.dataset.busy = String(this.draft.busy);
    chip.textContent = this.draft.busy ? this.words.drawing : this.draft.seconds ? fill(this.words.took, { s: this.draft.seconds.toFixed(2) }) : "";
  }

  tellWeak() {
    const weak = this.t > 0 && this.t < 1 ? (this.draft.at(this.t)?.weak ?? []) : [];
    const seen = new Set();
    this.boxes = [...(this.needed ?? []), ...weak].filter((each) => !seen.has(String(each.box_xyxy)) && seen.add(String(each.box_xyxy)));
    listWeak(this.find("[data-part=weak]"), this.boxes, this.words, (each) => this.zoomTo(each.box_xyxy));
  }

  zoomTo([left, top, right, bottom]) {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const half = Math.max(LEAST_BOX_PX, right - left, bottom - top) / 2;
    this.stage.fit([x - half, y - half, x + half, y + half], 0.5);
    this.stage.zoomed = true;
  }

  trouble(error) {
    const box = this.find("[data-part=trouble]");
    box.hidden = !error;
    if (error) box.querySelector("p").textContent = error.message || this.words.offline;
  }
}

const root = document.getElementById("inbetween");
if (root) {
  const desk = new Desk(root);
  desk.start();
}
