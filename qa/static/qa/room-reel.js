// The drawings of a cut, decoded and ready to play. Nothing is decoded while it plays.

const BUDGET_BYTES = 512 * 1024 * 1024; // of decoded pictures; a longer cut is kept smaller, so that it still fits
const LEAST_PX = 640;
const AT_ONCE = 4;

export class Reel {
  /** `progress(done, all)` is called as drawings come in. */
  constructor(progress) {
    this.progress = progress;
    this.kept = new Map(); // url -> {bitmap, whole} or null for a picture that cannot be read
    this.coming = new Map();
    this.wanted = [];
    this.scale = 1;
  }

  /**
   * Say which drawings belong to what is played, and how wide they are shown: kept larger than that they would only
   * cost time while playing, and what stands still is shown in full size anyway.
   */
  fill(drawings, shownPx) {
    const bytes = drawings.reduce((sum, each) => sum + each.width * each.height * 4, 0);
    const widest = Math.max(1, ...drawings.map((each) => each.width));
    const fits = Math.sqrt(BUDGET_BYTES / Math.max(1, bytes));
    this.scale = Math.min(1, fits, Math.max(LEAST_PX, shownPx) / widest);
  }

  /** Load drawings in this order; what was asked for before and is not under way waits. Resolves when all are there. */
  load(drawings) {
    this.wanted = drawings.filter((each) => !this.kept.has(each.url));
    this.now = drawings;
    for (let n = this.coming.size; n < AT_ONCE; n += 1) this.pull();
    this.tell();
    return new Promise((resolve) => {
      this.done = { drawings, resolve };
      this.check();
    });
  }

  /** Return {bitmap, whole} of a drawing, null where it could not be read, undefined while it is not there. */
  get(drawing) {
    return this.kept.get(drawing.url);
  }

  pull() {
    const drawing = this.wanted.shift();
    if (!drawing) return;
    if (this.kept.has(drawing.url) || this.coming.has(drawing.url)) {
      this.pull();
      return;
    }
    this.coming.set(drawing.url, this.read(drawing));
  }

  async read(drawing) {
    let found = null;
    try {
      const response = await fetch(drawing.url);
      if (response.ok) found = await decoded(await response.blob(), drawing, this.scale);
    } catch {
      found = null; // said where it would be shown
    }
    this.kept.set(drawing.url, found);
    this.coming.delete(drawing.url);
    this.tell();
    this.check();
    this.pull();
  }

  tell() {
    const all = this.now ?? [];
    this.progress(all.filter((each) => this.kept.has(each.url)).length, all.length);
  }

  check() {
    if (!this.done?.drawings.every((each) => this.kept.has(each.url))) return;
    const { resolve } = this.done;
    this.done = null;
    resolve();
  }
}

async function decoded(blob, { width, height }, scale) {
  if (scale >= 1) return { bitmap: await createImageBitmap(blob), whole: true };
  const size = {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "medium",
  };
  return { bitmap: await createImageBitmap(blob, size), whole: false };
}
