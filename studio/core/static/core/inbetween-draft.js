// Talking to the preview process: what the artist looks at is drawn first, the rest of the loop behind it.
//
// A change makes everything that is still under way void: requests are broken off here, and the server leaves out what a
// newer one of this page has overtaken. One position a request, so that nothing waits for more than one drawing.

import { send, unpack } from "./desk-net.js";

const WAIT_MS = 60;
const KEPT = 96;

export class Draft extends EventTarget {
  /** `url` of the endpoint, `page` a name of this page, so that two tabs do not overtake each other. */
  constructor(url, page, maxPx) {
    super();
    this.url = url;
    this.page = page;
    this.maxPx = maxPx;
    this.kept = new Map();
    this.number = Date.now();
    this.known = null; // the steering whose regions were told last
    this.facts = null;
    this.busy = false;
  }

  /** Say what is wanted: the pair, the steering, the positions, and which of them is looked at. */
  want(pair, work, current) {
    this.wanted = { pair, steering: work.steering, positions: [...work.positions], current };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), WAIT_MS);
  }

  /** Return the drawing at a position as it is wanted now, or null while it is not there. */
  at(t) {
    return this.wanted ? (this.kept.get(this.key(this.wanted, t)) ?? null) : null;
  }

  /** Return the drawing at a position whatever the steering was: better than nothing while the new one is drawn. */
  older(t) {
    const end = `|${t}`;
    const start = this.wanted ? `${this.wanted.pair.a}-${this.wanted.pair.b}|` : "";
    const found = [...this.kept.keys()].findLast((key) => key.startsWith(start) && key.endsWith(end));
    return found ? this.kept.get(found) : null;
  }

  /** Draw everything anew, at another size. */
  resize(maxPx) {
    this.maxPx = maxPx;
    this.kept.clear();
    this.known = null;
    if (this.wanted) this.run();
  }

  key({ pair, steering }, t) {
    return `${pair.a}-${pair.b}|${JSON.stringify(steering)}|${t}`;
  }

  async run() {
    this.under?.abort();
    const under = (this.under = new AbortController());
    const { wanted } = this;
    this.say(true);
    try {
      for (let t = this.next(wanted); t !== null; t = this.next(wanted)) {
        await this.ask(wanted, t, under.signal);
        if (under.signal.aborted) return;
      }
      this.dispatchEvent(new CustomEvent("trouble", { detail: null }));
    } catch (error) {
      if (under.signal.aborted || error.code === "draft_stale") return;
      this.dispatchEvent(new CustomEvent("trouble", { detail: error }));
    }
    if (this.under === under) this.say(false);
  }

  say(busy) {
    this.busy = busy;
    this.dispatchEvent(new Event("busy"));
  }

  /** Return the next position to draw: the one looked at, then what lies next to it. */
  next(wanted) {
    const told = this.known === this.key(wanted, "regions");
    const missing = wanted.positions.filter((t) => !this.kept.has(this.key(wanted, t)));
    if (!missing.length) return told ? null : (wanted.positions[0] ?? 0.5);
    return missing.reduce((best, t) =>
      Math.abs(t - wanted.current) < Math.abs(best - wanted.current) ? t : best,
    );
  }

  async ask(wanted, t, signal) {
    const regions = this.known !== this.key(wanted, "regions");
    this.number += 1;
    const body = { ...wanted.pair, steering: wanted.steering, positions: [t], regions, page: this.page, number: this.number, max_px: this.maxPx };
    const began = performance.now();
    const { header, pictures } = await unpack(await send(this.url, body, signal));
    if (signal.aborted) return;
    const [drawing] = header.drawings;
    this.facts = { engine: header.engine, model: header.model, size_hw: header.size_hw };
    this.keep(this.key(wanted, t), { ...drawing, picture: pictures[0], box: header.box_xyxy });
    if (regions) {
      this.known = this.key(wanted, "regions");
      this.dispatchEvent(new CustomEvent("regions", { detail: header }));
    }
    this.seconds = (performance.now() - began) / 1000;
    this.dispatchEvent(new CustomEvent("drawing", { detail: t }));
  }

  keep(key, drawing) {
    this.kept.delete(key);
    this.kept.set(key, drawing);
    while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}
