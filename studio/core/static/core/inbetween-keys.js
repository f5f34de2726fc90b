// Which two drawings are the keys: chosen in the strip, kept in the address, what was set for them kept in this browser.

import { remember, restored } from "./desk-kept.js";
import { drawnBox, tinted } from "./desk-paint.js";
import { fill } from "./desk-words.js";
import { TINT } from "./inbetween-paint.js";

const PREFIX = "sakkan.inbetween.kept.";

export class Keys {
  constructor(desk) {
    this.desk = desk;
    this.drawings = desk.data.drawings;
    this.byId = new Map(this.drawings.map((each) => [each.id, each]));
    this.pictures = new Map();
    this.pair = { a: desk.data.a, b: desk.data.b };
    desk.root.querySelector("[data-part=strip]")?.addEventListener("click", (event) => {
      const { key, set, pair } = event.target.closest("button")?.dataset ?? {};
      if (set) this.choose({ ...this.pair, [set]: key });
      else if (pair) this.choose(Object.fromEntries(["a", "b"].map((name, index) => [name, pair.split("-")[index]])));
    });
  }

  get ready() {
    return Boolean(this.a?.picture && this.b?.picture && !this.differ);
  }

  /** Return the name under which the settings of the pair are kept in this browser. */
  get name() {
    return `${PREFIX}${this.desk.data.user}.${this.pair.a}-${this.pair.b}`;
  }

  async choose(pair) {
    if (pair.a === pair.b) return this.desk.say("one_key");
    if (pair.a === this.pair.a && pair.b === this.pair.b) return null;
    this.pair = pair;
    const address = new URL(window.location);
    address.searchParams.set("a", pair.a);
    address.searchParams.set("b", pair.b);
    history.replaceState(null, "", address);
    const { desk } = this;
    desk.play.halt();
    [desk.needed, desk.boxes, desk.before] = [[], [], null];
    desk.work.past = [];
    desk.work.future = [];
    const { chart, positions, on } = desk.work.data;
    desk.work.data = { chart, positions, on, steering: {} };
    return this.load();
  }

  /** Take the pair of neighbours before or behind this one. */
  neighbour(by) {
    const places = this.drawings.map((each) => each.id);
    const at = places.indexOf(this.pair.a) + by;
    if (places[at] && places[at + 1]) return this.choose({ a: places[at], b: places[at + 1] });
    return this.desk.say("no_pair");
  }

  async load() {
    const { desk } = this;
    [this.a, this.b] = [this.byId.get(this.pair.a), this.byId.get(this.pair.b)];
    this.mark();
    if (!this.a || !this.b) return;
    this.differ = this.a.width !== this.b.width || this.a.height !== this.b.height;
    this.size = [this.a.width, this.a.height];
    const named = { sizes: [this.a, this.b].map((each) => `${each.width} × ${each.height}`).join(", ") };
    desk.trouble(this.differ ? { message: fill(desk.words.differ, named) } : null);
    try {
      await Promise.all(["a", "b"].map((key) => this.picture(key)));
    } catch {
      desk.trouble({ message: desk.words.broken });
      return;
    }
    desk.stage.take(this.size, this.home());
    this.restore();
    desk.chart.labels = { a: this.a.number, b: this.b.number };
    desk.t = desk.work.positions[Math.floor((desk.work.positions.length - 1) / 2)] ?? 0;
    desk.work.tell();
  }

  async picture(name) {
    const key = this[name];
    if (!this.pictures.has(key.id)) {
      const image = new Image();
      image.src = key.url;
      this.pictures.set(key.id, image.decode().then(() => image));
    }
    key.picture = await this.pictures.get(key.id);
    this[name] = { ...key, skin: tinted(key.picture, TINT[name]) };
  }

  /** Return the part of the frame where either key is drawn, with a little room. */
  home() {
    const boxes = [this.a, this.b].map((key) => drawnBox(key.picture));
    if (boxes.some((box) => !box)) return null;
    const [one, other] = boxes;
    const box = [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])];
    const room = 0.06 * Math.max(box[2] - box[0], box[3] - box[1]);
    return [Math.max(0, box[0] - room), Math.max(0, box[1] - room), Math.min(this.size[0], box[2] + room), Math.min(this.size[1], box[3] + room)];
  }

  /** Show in the strip which drawings are the keys. */
  mark() {
    for (const button of this.desk.root.querySelectorAll("[data-set]")) {
      button.setAttribute("aria-pressed", String(this.pair[button.dataset.set] === button.dataset.key));
    }
    for (const item of this.desk.root.querySelectorAll("[data-drawing]")) {
      const name = item.dataset.drawing === this.pair.a ? "a" : item.dataset.drawing === this.pair.b ? "b" : "";
      item.dataset.is = name;
      if (name === "a") item.scrollIntoView({ block: "nearest" });
    }
  }

  /** Keep what was set for this pair: a page that is closed by mistake loses nothing. */
  remember() {
    if (!this.ready || this.desk.data.derived) return;
    const { work } = this.desk;
    if (work.entries().length || work.past.length) remember(PREFIX, this.name, work.data);
  }

  restore() {
    if (this.desk.data.derived) return;
    const kept = restored(this.name);
    if (!kept.steering || !Array.isArray(kept.positions)) return;
    this.desk.work.data = { ...this.desk.work.data, ...kept };
    if (Object.keys(kept.steering).length) this.desk.say("kept");
  }
}
