// A take as its timesheet shows it: what is on the screen at each frame, what is missing, what changes when.

/** What `room_data.as_json` describes. A span is [first frame, frames, drawing id or null, number as text]. */
export class RoomTake {
  constructor(data) {
    Object.assign(this, data);
    this.size = { width: data.width, height: data.height };
    for (const [id, drawing] of Object.entries(this.drawings)) drawing.id = Number(id);
    this.firsts = new Map();
    for (const cell of this.cells) {
      for (const [frame, , id] of cell.spans) {
        if (id !== null && !this.firsts.has(id)) this.firsts.set(id, frame);
      }
    }
  }

  cell(name) {
    return this.cells.find((cell) => cell.name === name);
  }

  drawing(id) {
    return this.drawings[id];
  }

  /** Return the cells that play unless they are asked for: those of the timesheet, or all where there is none. */
  played() {
    const onSheet = this.cells.filter((cell) => cell.onSheet);
    return (onSheet.length ? onSheet : this.cells).map((cell) => cell.name);
  }

  /** Return what each of `cells` shows at a frame: [{cell, id, number}], lowest first; id null with a number is missing. */
  at(frame, cells) {
    if (frame > this.duration) return [];
    return this.cells
      .filter((cell) => cells.includes(cell.name))
      .map((cell) => {
        const span = spanAt(cell, frame);
        return { cell: cell.name, id: span?.[2] ?? null, number: span?.[3] ?? "" };
      });
  }

  /** Return the frame at which the picture of `cells` changes next, going round at the ends. */
  change(frame, direction, cells) {
    const starts = this.cells
      .filter((cell) => cells.includes(cell.name))
      .flatMap((cell) => cell.spans.map(([from]) => from));
    const sorted = [...new Set([1, ...starts])].filter((from) => from <= this.duration).sort((a, b) => a - b);
    if (direction > 0) return sorted.find((from) => from > frame) ?? sorted[0];
    // in the middle of a hold its own beginning comes first
    return sorted.findLast((from) => from < frame) ?? sorted.at(-1);
  }

  /** Return the first frame that shows a drawing; undefined where the timesheet never does. */
  frameOf(id) {
    return this.firsts.get(id);
  }

  /** Return the drawings of a cell around a frame, nearest first, holds and empty frames skipped. */
  around(name, frame, reach) {
    const spans = this.cell(name)?.spans ?? [];
    const place = spans.findIndex(([from, frames]) => from <= frame && frame < from + frames);
    const here = spans[place]?.[2] ?? null;
    const walk = (step) => {
      const found = [];
      for (let i = place + step; spans[i] && found.length < reach; i += step) {
        const id = spans[i][2];
        if (id !== null && id !== here && !found.includes(id)) found.push(id);
      }
      return found;
    };
    return place < 0 ? { before: [], after: [] } : { before: walk(-1), after: walk(1) };
  }

  /** Return ids of drawings in the order in which they are wanted when playing from `frame` within a range. */
  order(frame, [first, last], cells) {
    const ids = new Set();
    const gather = (from, to) => {
      for (let at = from; at <= to; at += 1) {
        for (const { id } of this.at(at, cells)) if (id !== null) ids.add(id);
      }
    };
    gather(Math.max(first, frame), last);
    gather(first, Math.min(last, frame - 1));
    return [...ids];
  }

}

function spanAt(cell, frame) {
  return cell.spans.find(([from, frames]) => from <= frame && frame < from + frames);
}

/** Write a length as the trade does: 1+12 is one second and twelve frames. */
export function length(frames, fps) {
  const second = Math.max(1, Math.round(fps));
  return `${Math.floor(frames / second)}+${String(frames % second).padStart(2, "0")}`;
}
