// Playing by the clock: the frame that is due is shown, at the cut's fps, holds as long as they are.

import { fill } from "./words.js";

export class Play {
  constructor(room) {
    this.room = room;
    this.on = false;
  }

  async toggle() {
    if (this.on) {
      await this.room.seek(this.room.frame);
      return;
    }
    this.on = true;
    this.room.alone = null;
    this.button();
    await this.room.refill();
    if (this.on) this.run();
  }

  /** Stop, whatever is shown next. */
  halt() {
    if (!this.on) return;
    this.on = false;
    this.room.caption("skipped", "");
    this.button();
  }

  run() {
    const { room } = this;
    const [first, last] = room.range();
    const frames = last - first + 1;
    const begin = room.frame >= first && room.frame < last ? room.frame : first;
    this.skipped = 0;
    let started = null;
    let shown = -1;
    const tick = (now) => {
      if (!this.on) return;
      started ??= now;
      const passed = Math.floor(((now - started) / 1000) * room.take.fps + 1e-6);
      const place = begin - first + passed;
      if (!room.settings.loop && place >= frames) {
        this.room.seek(last);
        return;
      }
      if (passed !== shown) {
        this.skipped += Math.max(0, passed - shown - 1);
        shown = passed;
        room.frame = first + (place % frames);
        room.frames.show(room.frame, { whole: false });
        this.say();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Frames that came too late are left out, never stretched; say so. */
  say() {
    const words = this.skipped ? fill(this.room.root.dataset.skipped, { n: this.skipped }) : "";
    this.room.caption("skipped", words);
  }

  button() {
    this.room.press("play", this.on);
  }
}
