// The clean-up page: a rough and its clean drawing over each other, and everything by which an artist steers it.

import { startFiles } from "./cleanup-files.js";
import { Gaps } from "./cleanup-gaps.js";
import { Looker } from "./cleanup-look.js";
import { CLEAN, ROUGH } from "./cleanup-paint.js";
import { Panel } from "./cleanup-panel.js";
import { Work, middle, switched } from "./cleanup-state.js";
import { Strip } from "./cleanup-strip.js";
import { makeTools } from "./cleanup-tools.js";
import { paintDesk } from "./cleanup-view.js";
import { remember, restored } from "./desk-kept.js";
import { drawnBox, nextGround, tinted } from "./desk-paint.js";
import { listen } from "./desk-shortcuts.js";
import { Stage } from "./desk-stage.js";
import { fill } from "./desk-words.js";

const SETTINGS_UNDER = "sakkan.cleanup.view";
const PREFIX = "sakkan.cleanup.kept.";
const SPOKEN_MS = 4000;
const MODES = ["wipe", "onion", "difference", "rough", "clean"];
const KEYS = {
  tools: { v: "look", s: "stroke", c: "closure", b: "brush", e: "erase" },
  modes: { 1: "wipe", 2: "onion", 3: "difference", 4: "rough", 5: "clean" },
  commands: { ",": "before", ".": "after", n: "next-gap", p: "gap-before", g: "ground", f: "fit", "[": "smaller", "]": "larger", " ": "peek", Escape: "escape", PageUp: "closer", PageDown: "farther" },
};

class Desk {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(document.getElementById("cleanup-data").textContent);
    this.words = this.data.words;
    this.settings = { mode: "wipe", wipe: 50, onion: 45, ground: "paper", brush: 24, scope: "all", max_px: this.data.usual_px, ...restored(SETTINGS_UNDER) };
    this.byId = new Map(this.data.roughs.map((each) => [each.id, each]));
    this.at = this.data.at;
    this.work = new Work({ ...this.data.wishes, ...this.kept() });
    this.stage = new Stage(this.find("canvas"), (context, pane) => paintDesk(this, context, pane));
    this.looker = new Looker(this.data.urls.look, this.data.page, this.settings.max_px);
    this.gaps = new Gaps(this);
    this.strip = new Strip(this);
    this.panel = new Panel(this);
    this.tools = makeTools(this);
    this.listenToLooks();
    this.listenToPage();
    this.work.addEventListener("change", () => this.changed());
    startFiles(this);
    listen(this, KEYS);
    this.hold("look");
    this.tellSettings();
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  listenToLooks() {
    this.looker.addEventListener("drawing", () => this.drawn());
    this.looker.addEventListener("busy", () => this.tellBusy());
    this.looker.addEventListener("trouble", ({ detail }) => this.trouble(detail));
  }

  listenToPage() {
    this.root.addEventListener("click", (event) => {
      const { tool, do: command, mode, scope } = event.target.closest("[data-tool], [data-do], [data-mode], [data-scope]")?.dataset ?? {};
      if (tool) this.hold(tool);
      else if (mode) this.setMode(mode);
      else if (scope) this.set("scope", scope);
      else if (command) this.run(command);
    });
    for (const name of ["wipe", "onion", "brush"]) {
      this.find(`[name=${name}]`).addEventListener("input", (event) => this.set(name, Number(event.target.value)));
    }
    this.find("[name=max_px]").addEventListener("change", (event) => {
      this.set("max_px", Number(event.target.value));
      this.looker.resize(this.settings.max_px);
    });
    this.find("[name=engine]").addEventListener("change", () => this.want());
    document.addEventListener("keyup", (event) => event.key === " " && this.peek(false));
  }

  /** Do what a key or a button says. */
  run(command) {
    const commands = {
      before: () => this.step(-1),
      after: () => this.step(1),
      undo: () => (this.work.past.length ? this.work.undo() : this.say("nothing_to_undo")),
      redo: () => this.work.redo(),
      clear: () => this.work.clear(this.scoped()),
      fit: () => this.stage.fit(),
      closer: () => this.stage.zoom(1.25),
      farther: () => this.stage.zoom(0.8),
      ground: () => this.set("ground", nextGround(this.settings.ground)),
      "next-gap": () => this.gaps.step(1),
      "gap-before": () => this.gaps.step(-1),
      "close-all": () => this.switchAll("closures", this.closures(), true),
      "close-none": () => this.switchAll("closures", this.closures(), false),
      "strokes-all": () => this.switchAll("strokes", this.strokes(), true),
      "strokes-none": () => this.switchAll("strokes", this.strokes(), false),
      smaller: () => this.set("brush", Math.max(2, Math.round(this.settings.brush / 1.2))),
      larger: () => this.set("brush", Math.min(200, Math.round(this.settings.brush * 1.2 + 1))),
      learn: () => this.panel.learn(),
      peek: () => this.peek(true),
      again: () => this.want(),
      escape: () => this.hold("look"),
    };
    commands[command]?.();
  }

  // What is worked on.

  get rough() {
    return this.byId.get(this.at);
  }

  get wishes() {
    return this.work.of(this.at);
  }

  strokes() {
    return this.looker.shown()?.strokes ?? [];
  }

  closures() {
    return this.looker.shown()?.closures ?? [];
  }

  /** Wish something for the drawing on the canvas. */
  wish(name, value, gesture = null) {
    this.work.set([this.at], name, value, gesture);
  }

  /** Wish something for the drawings that the sliders are for. */
  wishAll(name, value, gesture = null) {
    this.work.set(this.scoped(), name, value, gesture);
  }

  scoped() {
    return this.settings.scope === "one" ? [this.at] : [...this.byId.keys()];
  }

  switchGap(closure) {
    this.wish("closures", switched(this.wishes.closures, closure, !closure.is_on));
  }

  switchAll(name, lines, isOn) {
    this.wish(name, lines.map((each) => ({ xy: middle(each), is_on: isOn })));
  }

  async show(id) {
    this.at = id;
    this.lit = null;
    this.root.dataset.settled = "false";
    const address = new URL(window.location);
    if (!this.data.derived) address.searchParams.set("drawing", id);
    history.replaceState(null, "", address);
    const { rough } = this;
    try {
      await this.load(rough);
    } catch {
      this.trouble({ message: this.words.broken });
      return;
    }
    if (this.at !== id) return; // another one was chosen meanwhile
    const size = [rough.width, rough.height];
    if (String(size) !== String(this.stage.size) || !this.stage.zoomed) this.stage.take(size, drawnBox(rough.picture));
    this.strip.tell();
    this.strip.scroll();
    this.changed();
  }

  async load(rough) {
    if (rough.picture) return;
    const image = new Image();
    image.src = rough.url;
    await image.decode();
    rough.picture = image;
    rough.skin = tinted(image, ROUGH);
  }

  step(by) {
    const ids = [...this.byId.keys()];
    const id = ids[ids.indexOf(this.at) + by];
    if (id) this.show(id);
    else this.say(by < 0 ? "first" : "last");
  }

  // Looking.

  want() {
    this.root.dataset.settled = "false";
    if (!this.rough.picture) return;
    const ids = [...this.byId.keys()];
    const before = ids[ids.indexOf(this.at) - 1];
    this.looker.want(this.at, this.wishes, this.find("[name=engine]").value, before && { rough: before, wishes: this.work.of(before) });
  }

  changed() {
    this.remember();
    this.find("[data-do=undo]").disabled = !this.work.past.length;
    this.find("[data-do=redo]").disabled = !this.work.future.length;
    this.find("[data-do=clear]").disabled = !this.scoped().some((id) => this.work.isSet(id));
    this.panel.tell(this.wishes);
    this.strip.tell();
    this.want();
    this.tellPlace();
    this.stage.repaint();
  }

  drawn() {
    const drawing = this.looker.now();
    if (!drawing) return;
    drawing.skin ??= tinted(drawing.picture, CLEAN);
    this.gaps.tell(drawing.closures);
    this.tellFound(drawing);
    this.stage.repaint();
    this.root.dataset.settled = "true";
  }

  /** Return where the seam of the wipe is, in px of the rough. */
  seam() {
    const { view, width } = this.stage;
    return view.x + ((this.settings.wipe / 100 - 0.5) * (width || 1)) / view.scale;
  }

  wipeTo(x) {
    const { view, width } = this.stage;
    const share = 0.5 + ((x - view.x) * view.scale) / (width || 1);
    this.set("wipe", Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10);
  }

  peek(on) {
    if (Boolean(this.peeking) === on) return;
    this.peeking = on;
    this.stage.repaint();
  }

  light(stroke) {
    this.lit = stroke;
    const line = this.find("[data-part=hovered]");
    const facts = stroke && { layer: this.words.layers[stroke.layer], name: stroke.name, sure: `${Math.round(stroke.confidence * 100)} %` };
    line.textContent = stroke ? [fill(stroke.is_on ? this.words.stroke_on : this.words.stroke_off, facts), stroke.is_kept ? this.words.is_kept : ""].filter(Boolean).join(" ") : "";
    this.stage.repaint();
  }

  lightGap(name) {
    this.litGap = name;
    this.gaps.mark(name);
    this.stage.repaint();
  }

  /** Light a gap and bring it into view. */
  showGap(closure) {
    const [x, y] = middle(closure);
    const { view, width, height } = this.stage;
    const isSeen = Math.abs(x - view.x) * view.scale < width * 0.45 && Math.abs(y - view.y) * view.scale < height * 0.45;
    if (!isSeen) Object.assign(this.stage.view, { x, y });
    this.lightGap(closure.name);
  }

  // What stands around the canvas.

  hold(name) {
    this.tool = name;
    this.stage.hold(this.tools[name]);
    this.light(null);
    for (const button of this.root.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    this.find("[data-part=hint]").textContent = this.words.hints[name];
    this.find("[data-for=brush]").hidden = !["brush", "erase"].includes(name);
    if (name === "stroke") this.find("[data-part=hovered]").textContent = this.words.hover;
  }

  set(name, value) {
    this.settings[name] = value;
    localStorage.setItem(SETTINGS_UNDER, JSON.stringify(this.settings));
    this.tellSettings();
    this.stage.repaint();
  }

  setMode(mode) {
    this.set("mode", mode);
  }

  tellSettings() {
    const { settings } = this;
    for (const mode of MODES) {
      this.find(`[data-mode=${mode}]`).setAttribute("aria-pressed", String(mode === settings.mode));
      const own = this.find(`.ib-mid [data-for=${mode}]`);
      if (own) own.hidden = mode !== settings.mode;
    }
    for (const button of this.root.querySelectorAll("[data-scope]")) button.setAttribute("aria-pressed", String(button.dataset.scope === settings.scope));
    for (const name of ["wipe", "onion", "brush", "max_px"]) this.find(`[name=${name}]`).value = String(settings[name]);
    this.find("output[data-part=brush]").textContent = `${settings.brush} px`;
    this.root.dataset.mode = settings.mode;
  }

  tellPlace() {
    const ids = [...this.byId.keys()];
    this.find("[data-part=place]").textContent = fill(this.words.place, { number: this.rough.number, at: ids.indexOf(this.at) + 1, count: ids.length });
  }

  tellFound({ strokes: all, regions, stray_ends: ends, notes }) {
    const strokes = all.filter((each) => each.layer === "ink");
    const on = strokes.filter((each) => each.is_on);
    this.find("[data-part=counts]").textContent = fill(this.words.counts, { strokes: on.length, regions, ends });
    this.find("[data-part=strokes] [data-count]").textContent = `${on.length}/${strokes.length}`;
    const list = this.find("[data-part=notes]");
    list.hidden = !notes?.length;
    list.replaceChildren(...(notes ?? []).map((note) => Object.assign(document.createElement("li"), { textContent: note })));
  }

  tellBusy() {
    const chip = this.find("[data-part=busy]");
    const { busy, seconds } = this.looker;
    chip.dataset.busy = String(busy);
    chip.textContent = busy ? this.words.drawing : seconds ? fill(this.words.took, { s: seconds.toFixed(2) }) : "";
  }

  tellOrder(count) {
    if (this.data.derived) return;
    this.find("[data-do=order]").textContent = count === 1 ? this.words.order_one : fill(this.words.order_many, { n: count });
  }

  /** Say in a line why nothing happened, or what did. */
  say(name) {
    const line = this.find("[data-part=said]");
    line.textContent = this.words.said[name] ?? name;
    line.hidden = false;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (line.hidden = true), SPOKEN_MS);
  }

  trouble(error) {
    const box = this.find("[data-part=trouble]");
    box.hidden = !error;
    if (error) box.querySelector("p").textContent = error.message || this.words.offline;
  }

  // A page that is closed by mistake loses nothing.

  get keptName() {
    return `${PREFIX}${this.data.user}.${[...this.byId.keys()].join("-")}`;
  }

  kept() {
    return this.data.derived ? {} : restored(this.keptName);
  }

  remember() {
    if (!this.data.derived && (this.work.past.length || this.work.future.length)) remember(PREFIX, this.keptName, this.work.data);
  }
}

const root = document.getElementById("cleanup");
if (root) {
  const desk = new Desk(root);
  desk.show(desk.at);
}
