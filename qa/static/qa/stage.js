// What the viewer shows: the flagged drawing, another drawing of its cut, or the cut as it plays.

import { factorOf, lengthOf } from "./explained.js";
import { json } from "./net.js";
import { picture, preload } from "./pictures.js";
import { Player, Sheet } from "./playback.js";
import { MODES, Viewer } from "./viewer.js";

const KEPT_UNDER = "sakkan.viewer";
const DEFAULTS = { mode: "side", mix: 0.5, heat: false, outline: true, lies: "off", ground: "checker" };
const LIES = ["off", "arrows", "pulled"]; // what the key V goes through

/** Settings of the viewer that this browser remembers, from flag to flag and from day to day. */
export function remembered() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEPT_UNDER) ?? "{}") };
  } catch {
    return { ...DEFAULTS };
  }
}

export class Stage {
  constructor(root, data, settings) {
    this.root = root;
    this.data = data;
    this.settings = settings;
    this.viewer = new Viewer(root.querySelector("canvas"), settings, () => this.remember());
    this.viewer.seen = () => this.say(); // an arrow's factor changes with the zoom
    this.rank = 0;
    this.use(new Sheet(data.playback));
    this.remember();
    root.querySelector("[name=mix]").addEventListener("input", (event) => {
      this.viewer.set("mix", Number(event.target.value) / 100);
    });
    root.querySelector("[name=frame]").addEventListener("input", (event) => {
      this.halt();
      this.toCut();
      this.player.seek(Number(event.target.value));
    });
  }

  /** Stop and let go. */
  close() {
    this.player.playing = false;
    this.viewer.close();
  }

  /** Show the flag as it came: the drawing, its nearest approved drawing, everything in view. */
  async open() {
    await Promise.all([this.showDrawing(this.data.drawing.id), this.compareWith(0)]);
    this.viewer.fit();
    const at = this.data.strip.findIndex((each) => each.id === this.data.drawing.id);
    preload([this.data.strip[at - 1]?.url, this.data.strip[at + 1]?.url]);
    preload(this.data.nearest.map((near) => near.url));
  }

  /** Show one drawing of the cut alone; region and heat map belong to the flagged one. */
  async showDrawing(id) {
    this.halt();
    this.onCut = false;
    this.drawing = id;
    const flagged = id === this.data.drawing.id;
    const { url, label } = this.data.strip.find((each) => each.id === id) ?? this.data.drawing;
    const image = await this.load(url);
    if (!image || this.drawing !== id) return;
    const extra = flagged ? { box: this.data.box, heat: await this.heat(), ...this.explained() } : {};
    if (this.drawing !== id) return;
    this.viewer.show(image, extra);
    if (flagged) this.pull();
    this.say();
    this.caption("drawn", `${this.data.cut} · ${label}`);
    this.root.querySelector("[data-elsewhere]").hidden = flagged;
    this.frame(this.home.frameOf(id));
    this.mark(id);
    this.tell([id], this.home.frameOf(id));
  }

  /** Tell pen and comments which drawing is on the screen; of a frame with several cells the flagged one's cell. */
  tell(drawingIds, frameNo) {
    const drawingId = drawingIds.find((id) => this.cellOf(id) === this.homeCell) ?? drawingIds.at(-1) ?? null;
    const detail = { root: this.root, stage: this, drawingId, drawingIds, frameNo, playing: this.player.playing };
    document.dispatchEvent(new CustomEvent("sakkan:drawing", { detail }));
  }

  cellOf(id) {
    return this.sheet.cells.find((cell) => cell.exposures.some(([, drawing]) => drawing === id))?.name;
  }

  async heat() {
    return this.data.heat ? picture(this.data.heat).catch(() => null) : null;
  }

  /** Outlines and arrows of the flagged drawing; arrows are those of the approved drawing that is shown. */
  explained() {
    const { outlines = [], arrows = [] } = this.data.laid ?? {};
    return { outlines, arrows: this.isLaid ? arrows : [] };
  }

  /** Whether the approved drawing on the screen is the one that the engine laid over the flagged one. */
  get isLaid() {
    return Boolean(this.data.laid?.affine && this.data.nearest[this.rank]?.id === this.data.laid.drawing);
  }

  /** Have the approved drawing at hand as it is pulled onto the flagged one. */
  async pull() {
    const { settings, drawing } = this;
    if (settings.lies !== "pulled" || !this.isLaid || !this.data.laid.url) return;
    const image = await this.load(this.data.laid.url);
    if (!image || this.drawing !== drawing || this.drawing !== this.data.drawing.id) return;
    this.viewer.pulled = image;
    this.viewer.paint();
  }

  /** Arrows from the sheet to the drawing, the sheet pulled onto the drawing, neither. */
  nextLies() {
    if (!this.data.laid?.affine) return;
    this.viewer.set("lies", LIES[(LIES.indexOf(this.settings.lies) + 1) % LIES.length]);
    if (this.settings.lies !== "off" && this.settings.mode === "side") this.viewer.set("mode", "onion");
    this.pull();
    this.say();
  }

  /** Say what the arrows mean at this zoom, or that there is nothing to point at. */
  say() {
    const legend = this.root.querySelector("[data-arrows]");
    if (!legend) return;
    const { lies } = this.settings;
    const { arrows, view } = this.viewer;
    const isHere = this.drawing === this.data.drawing.id && this.isLaid;
    legend.hidden = lies === "off" || !isHere;
    if (legend.hidden) return;
    const factor = factorOf(arrows, view.scale);
    const words = lies === "pulled" ? legend.dataset.pulled : arrows.length ? legend.dataset.arrows : legend.dataset.none;
    const longest = arrows.length ? lengthOf(arrows[0]).toFixed(1) : "";
    const drawn = lies === "arrows" && factor > 1 ? ` · ${legend.dataset.factor.replace("{n}", String(factor))}` : "";
    const text = `${words.replace("{px}", longest)}${drawn}`;
    if (legend.lastElementChild.textContent !== text) legend.lastElementChild.textContent = text;
  }

  async load(url) {
    try {
      return await picture(url);
    } catch {
      this.caption("drawn", this.root.dataset.broken);
      return null;
    }
  }

  /** Lay another of the nearest approved drawings beside it. */
  async compareWith(rank) {
    const near = this.data.nearest[rank];
    if (!near) return;
    this.rank = rank;
    const image = await this.load(near.url);
    if (!image || this.rank !== rank) return;
    this.viewer.compare(image, { affine: this.isLaid ? this.data.laid.affine : null });
    this.viewer.arrows = this.drawing === this.data.drawing.id ? this.explained().arrows : [];
    if (!this.isLaid) this.viewer.pulled = null;
    this.pull();
    this.say();
    this.caption("approved", near.label);
    for (const button of this.root.querySelectorAll("[data-do=near]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.rank) === rank));
    }
  }

  /** Play or stop the cut. */
  async play() {
    this.toCut();
    this.root.querySelector("[data-do=play]").setAttribute("aria-pressed", String(!this.player.playing));
    await this.player.toggle();
  }

  /** Stop playing, whatever is shown next. */
  halt() {
    this.player.playing = false;
    this.root.querySelector("[data-do=play]").setAttribute("aria-pressed", "false");
  }

  /** One drawing on or back: by the strip, or by changes of the picture while the cut is on the screen. */
  step(direction) {
    if (this.onCut) {
      this.halt();
      this.player.seek(this.sheet.changeFrom(this.player.frame, direction));
      return;
    }
    const at = this.data.strip.findIndex((each) => each.id === this.drawing) + direction;
    if (this.data.strip[at]) this.showDrawing(this.data.strip[at].id);
    preload([this.data.strip[at + direction]?.url]);
  }

  /** Show the cut before or after this one, where it meets this one. */
  async neighbour(direction) {
    const url = direction > 0 ? this.sheet.next : this.sheet.prev;
    if (!url) {
      this.caption("drawn", this.root.dataset.noCut);
      return;
    }
    return this.showCut(url, direction > 0 ? "start" : "end");
  }

  /** Show any cut that the player can play, at its start or its end. */
  async showCut(url, at = "start") {
    this.use(new Sheet(await json(url)));
    this.toCut();
    await this.player.seek(at === "start" ? 1 : this.sheet.duration);
  }

  /** Go back to the flagged drawing. */
  back() {
    if (this.sheet !== this.home) this.use(this.home);
    return this.showDrawing(this.data.drawing.id);
  }

  use(sheet) {
    if (this.player) this.halt();
    this.home ??= sheet;
    this.sheet = sheet;
    this.homeCell ??= this.cellOf(this.data.drawing.id);
    this.player = new Player(
      sheet,
      (layers, frame) => this.paintFrame(layers, frame),
      (words) => this.caption("frame", words),
    );
    this.root.querySelector("[name=frame]").max = String(sheet.duration);
  }

  toCut() {
    if (!this.onCut && this.sheet === this.home) this.player.frame = this.home.frameOf(this.drawing);
    this.onCut = true;
    this.drawing = null;
    this.root.querySelector("[data-elsewhere]").hidden = false;
  }

  paintFrame(layers, frame) {
    this.viewer.showLayers(layers, { width: this.sheet.width, height: this.sheet.height });
    this.caption("drawn", `${this.sheet.label} · ${this.sheet.fps} fps`);
    this.frame(frame);
    this.tell(this.sheet.drawingsAt(frame), frame);
  }

  frame(frame) {
    this.caption("frame", `${frame} / ${this.sheet.duration}`);
    this.root.querySelector("[name=frame]").value = String(frame);
    const head = this.root.querySelector("[data-playhead]");
    if (head && this.sheet === this.home) {
      const step = Number(head.dataset.step);
      head.setAttribute("x", String((frame - 1) * step));
    }
  }

  caption(name, words) {
    const place = this.root.querySelector(`[data-caption=${name}]`);
    if (place && place.textContent !== words) place.textContent = words;
  }

  mark(id) {
    for (const each of this.root.querySelectorAll("[data-drawing]")) {
      const here = Number(each.dataset.drawing) === id;
      each.toggleAttribute("data-here", here);
      if (here) each.scrollIntoView({ block: "nearest" });
    }
  }

  /** Keep the settings and show them on the buttons. */
  remember() {
    localStorage.setItem(KEPT_UNDER, JSON.stringify(this.settings));
    const { mode, heat, outline, mix, lies } = this.settings;
    for (const each of MODES) {
      this.root.querySelector(`[data-do=${each}]`).setAttribute("aria-pressed", String(each === mode));
    }
    this.root.querySelector("[data-do=heat]").setAttribute("aria-pressed", String(heat));
    this.root.querySelector("[data-do=outline]").setAttribute("aria-pressed", String(outline));
    this.root.querySelector("[data-do=lies]")?.setAttribute("aria-pressed", String(lies !== "off"));
    const legend = this.root.querySelector("[data-legend]");
    if (legend) legend.hidden = !heat;
    const slider = this.root.querySelector("[name=mix]");
    slider.value = String(Math.round(mix * 100));
    slider.disabled = mode !== "onion" && mode !== "wipe";
    this.root.dataset.mode = mode;
  }
}
