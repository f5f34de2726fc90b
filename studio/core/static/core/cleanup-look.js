// Talking to the preview process: the drawing that is looked at, with its wishes as they are now.
//
// A change makes what is under way void: the request is broken off here, and the server leaves out what a newer one of
// this page has overtaken.

import { send, unpack } from "./desk-net.js";

const WAIT_MS = 40;
const KEPT = 48;

export class Looker extends EventTarget {
  /** `url` of the endpoint, `page` a name of this page, so that two tabs do not overtake each other. */
  constructor(url, page, maxPx) {
    super();
    Object.assign(this, { url, page, maxPx, kept: new Map(), newest: new Map(), number: Date.now(), busy: false });
  }

  /** Say what is wanted. */
  want(rough, wishes, engine, before) {
    this.wanted = { rough, wishes, engine, before };
    clearTimeout(this.timer);
    if (this.now()) {
      this.under?.abort();
      this.say(false);
      this.dispatchEvent(new Event("drawing"));
    } else this.timer = setTimeout(() => this.run(), WAIT_MS);
  }

  /** Return the drawing as it is wanted, or null while it is not there. */
  now() {
    return this.wanted ? (this.kept.get(this.key(this.wanted)) ?? null) : null;
  }

  /** Return the drawing as it is wanted, else the one before of the same rough: better than nothing. */
  shown() {
    return this.now() ?? this.newest.get(this.wanted?.rough) ?? null;
  }

  resize(maxPx) {
    this.maxPx = maxPx;
    this.kept.clear();
    if (this.wanted) this.run();
  }

  key({ rough, wishes, engine, before }) {
    return `${rough}|${engine}|${before?.rough}|${JSON.stringify(wishes)}`;
  }

  async run() {
    this.under?.abort();
    const under = (this.under = new AbortController());
    const { wanted } = this;
    this.say(true);
    try {
      await this.ask(wanted, under.signal);
      if (under.signal.aborted) return;
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

  async ask(wanted, signal) {
    this.number += 1;
    const body = { ...wanted, page: this.page, number: this.number, max_px: this.maxPx };
    const began = performance.now();
    const { header, pictures } = await unpack(await send(this.url, body, signal));
    if (signal.aborted) return;
    const layers = Object.fromEntries(header.pictures.map((name, at) => [name, pictures[at]]));
    this.keep(this.key(wanted), { ...header, rough: wanted.rough, picture: layers.ink, layers });
    this.seconds = (performance.now() - began) / 1000;
    this.dispatchEvent(new Event("drawing"));
  }

  keep(key, drawing) {
    this.newest.set(drawing.rough, drawing);
    this.kept.set(key, drawing);
    while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
  }
}
