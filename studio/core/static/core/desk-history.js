// What the artist has set, as plain data that changes as a whole: undo is the data before.

const MOST_STEPS = 200;
const ROUND = 10; // coordinates are kept to a tenth of a px

/** Return a point as it is kept. */
export function kept([x, y]) {
  return [Math.round(x * ROUND) / ROUND, Math.round(y * ROUND) / ROUND];
}

export class History extends EventTarget {
  constructor(data) {
    super();
    this.data = data;
    this.past = [];
    this.future = [];
    this.gesture = null;
  }

  /**
   * Change the data by `act(data)`. Changes that carry the same `gesture` (one drag of the hand) are one step of undo.
   */
  change(act, gesture = null) {
    const before = structuredClone(this.data);
    act(this.data);
    if (JSON.stringify(before) === JSON.stringify(this.data)) return;
    if (gesture === null || gesture !== this.gesture) {
      this.past.push(before);
      if (this.past.length > MOST_STEPS) this.past.shift();
    }
    this.gesture = gesture;
    this.future = [];
    this.tell();
  }

  undo() {
    this.swap(this.past, this.future);
  }

  redo() {
    this.swap(this.future, this.past);
  }

  swap(from, to) {
    const data = from.pop();
    if (!data) return;
    to.push(this.data);
    this.data = data;
    this.gesture = null;
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }
}
