// The loop: key A, the in-betweens, key B, each held for as many frames as they are exposed, at the production's fps.

export class Play {
  /** `on` = {seek(t), stops() → [t, …], hold() → frames, changed(playing)}. */
  constructor(fps, on) {
    this.fps = fps;
    this.on = on;
    this.playing = false;
  }

  toggle() {
    if (this.playing) this.halt();
    else this.run();
  }

  halt() {
    if (!this.playing) return;
    this.playing = false;
    this.on.changed(false);
  }

  /** What is due by the clock is shown; a frame that came too late is left out, never stretched. */
  run() {
    this.playing = true;
    this.on.changed(true);
    let started = null;
    let shown = -1;
    const tick = (now) => {
      if (!this.playing) return;
      started ??= now;
      const stops = this.on.stops();
      const frame = Math.floor(((now - started) / 1000) * this.fps + 1e-6);
      const place = Math.floor(frame / this.on.hold()) % stops.length;
      if (place !== shown) {
        shown = place;
        this.on.seek(stops[place]);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
}
