// What the artist has set for one pair of keys: chart, exposure, steering; with undo, and as a sidecar.
//
// Nothing here knows of the page. Everything is plain data and changes as a whole, so undo is the data before.

import { History } from "./desk-history.js";

export const FORMAT = "sakkan-inbetween/1";
export const LISTS = ["pins", "matches", "apart", "vanishes", "appears", "depth", "arcs", "protect", "smear"];

const empty = () => ({ chart: "", positions: [], on: 2, steering: {} });

/** Return positions in order, inside the keys, without doubles, each just as it is written: 1/3 or 0.365. */
export function tidy(positions) {
  const inside = positions.filter((t) => t > 0.0005 && t < 0.9995).map(exact);
  return [...new Set(inside)].sort((one, other) => one - other);
}

function exact(t) {
  const [over, under] = fraction(t).split("/").map(Number);
  return under ? over / under : over;
}

export class Work extends History {
  constructor(start) {
    super({ ...empty(), ...structuredClone(start) });
  }

  get steering() {
    return this.data.steering;
  }

  get positions() {
    return this.data.positions;
  }

  /** Add an entry to a list of the steering. */
  add(list, entry, gesture = null) {
    this.change((data) => (data.steering[list] = [...(data.steering[list] ?? []), entry]), gesture);
  }

  /** Put another entry in the place of one. */
  replace(list, index, entry, gesture = null) {
    this.change((data) => (data.steering[list] = data.steering[list].with(index, entry)), gesture);
  }

  /** Take an entry out. */
  remove(list, index) {
    this.change((data) => {
      data.steering[list] = data.steering[list].toSpliced(index, 1);
      if (!data.steering[list].length) delete data.steering[list];
    });
  }

  /** Take everything out that steers; the chart stays. */
  clear() {
    this.change((data) => (data.steering = {}));
  }

  /** Set the positions, in order; `chart` is how they are written. */
  place(positions, chart, gesture = null) {
    this.change((data) => Object.assign(data, { positions: [...positions], chart }), gesture);
  }

  /** Return every entry as {list, index, entry}, in the order of the lists. */
  entries() {
    return LISTS.flatMap((list) =>
      (this.steering[list] ?? []).map((entry, index) => ({ list, index, entry })),
    );
  }

  /** Return the sidecar; `facts` = {engine, model, size_hw, keys}. */
  toSidecar(facts) {
    const { chart, positions, steering } = this.data;
    return { format: FORMAT, ...facts, chart, positions, steering };
  }

  /** Take over a sidecar. Returns false when it is none. */
  take(sidecar) {
    if (!isSidecar(sidecar)) return false;
    const steering = Object.fromEntries(LISTS.filter((list) => sidecar.steering?.[list]?.length).map((list) => [list, sidecar.steering[list]]));
    this.change((data) => {
      data.steering = structuredClone(steering);
      if (Array.isArray(sidecar.positions) && sidecar.positions.length) {
        data.positions = tidy(sidecar.positions);
        data.chart = String(sidecar.chart ?? "");
      }
    });
    return true;
  }
}

function isSidecar(told) {
  if (told?.format !== FORMAT || typeof (told.steering ?? {}) !== "object") return false;
  return LISTS.every((list) => Array.isArray(told.steering?.[list] ?? []));
}

/** Return a position as artists write it: 1/3 where a plain fraction says just that, else 0.37. */
export function fraction(t) {
  for (let under = 2; under <= 16; under += 1) {
    const over = Math.round(t * under);
    if (over > 0 && over < under && Math.abs(over / under - t) < 1e-5) return `${over}/${under}`;
  }
  return String(Math.round(t * 1000) / 1000);
}

/** Return positions as a chart is written. */
export function written(positions) {
  return positions.map(fraction).join(", ");
}
