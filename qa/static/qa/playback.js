// Playing a cut: every cell's drawings by the timesheet, holds included, exactly at the cut's fps.

import { picture } from "./pictures.js";

const PLAY_WIDTH_PX = 1280; // enough for the pane; a whole cut in full size would fill the memory

/** A take as the server describes it: {label, fps, duration, width, height, cells, drawings, prev, next}. */
export class Sheet {
  constructor(data) {
    Object.assign(this, data);
    this.changes = [...new Set(this.cells.flatMap((cell) => cell.exposures.map(([frame]) => frame)))]
      .filter((frame) => frame <= this.duration)
      .sort((a, b) => a - b);
  }

  /** Return the drawing ids that show at `frame` (1-based), lowest cell first. */
  drawingsAt(frame) {
    return this.cells
      .map((cell) => cell.exposures.findLast(([from]) => from <= frame)?.[1] ?? null)
      .filter((id) => id !== null);
  }

  /** Return the next (or previous) frame at which the picture changes, going round at the ends. */
  changeFrom(frame, direction) {
    if (!this.changes.length) return 1;
    if (direction > 0) return this.changes.find((at) => at > frame) ?? this.changes[0];
    return this.changes.findLast((at) => at < frame) ?? this.changes[this.changes.length - 1];
  }

  /** Return the first frame that shows the drawing, or 1. */
  frameOf(id) {
    const shown = this.cells.flatMap((cell) => cell.exposures.filter(([, drawing]) => drawing === id));
    return Math.min(...shown.map(([frame]) => frame), this.duration || 1);
  }
}

/** Plays a Sheet: calls `paint(layers, frame)` once per frame that is due. Frames are dropped, never stretched. */
export class Player {
  constructor(sheet, paint, say) {
    this.sheet = sheet;
    this.paint = paint;
    this.say = say;
    this.frame = 1;
    this.playing = false;
    this.small = new Map();
  }

  /** Load every drawing of the cut once, in a size that plays smoothly. */
  async load() {
    const ids = Object.keys(this.sheet.drawings);
    let done = 0;
    await Promise.all(
      ids.map(async (id) => {
        if (!this.small.has(id)) {
          const image = await picture(this.sheet.drawings[id]).catch(() => null);
          if (image) this.small.set(id, await shrunk(image));
        }
        done += 1;
        this.say(`${done} / ${ids.length}`);
      }),
    );
  }

  /** Start or stop. */
  async toggle() {
    if (this.playing) {
      this.stop();
      return;
    }
    this.playing = true;
    await this.load();
    if (!this.playing) return;
    const from = this.frame - 1;
    const started = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      const passed = Math.floor(((now - started) / 1000) * this.sheet.fps);
      const frame = 1 + ((from + Math.max(0, passed)) % Math.max(1, this.sheet.duration));
      this.show(frame);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Stop where it is and show that frame in full size. */
  stop() {
    this.playing = false;
    this.seek(this.frame);
  }

  /** Show one frame in full size. */
  async seek(frame) {
    this.frame = frame;
    const urls = this.sheet.drawingsAt(frame).map((id) => this.sheet.drawings[id]);
    const layers = await Promise.all(urls.map((url) => picture(url).catch(() => null)));
    if (!this.playing && this.frame === frame) this.paint(layers.filter(Boolean), frame);
  }

  show(frame) {
    if (frame === this.frame && this.painted) return;
    this.frame = frame;
    this.painted = true;
    const layers = this.sheet.drawingsAt(frame).map((id) => this.small.get(String(id)));
    this.paint(layers.filter(Boolean), frame);
  }
}

async function shrunk(image) {
  const width = Math.min(PLAY_WIDTH_PX, image.naturalWidth);
  return createImageBitmap(image, { resizeWidth: width, resizeQuality: "medium" });
}
