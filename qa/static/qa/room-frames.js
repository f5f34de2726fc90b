// One frame on the screen: which pictures lie where, what is missing, what differs, and the words for it.

import { difference, ink } from "./compare.js";
import { picture } from "./pictures.js";
import { fill } from "./words.js";

const KEPT_WHOLE = 24;
const KEPT_DIFFERENCES = { whole: 8, played: 64 };
const PLAYED_WIDTH_PX = 960; // of a difference while it plays
const SKIN = { before: [214, 73, 22], after: [26, 115, 232] };
const SKIN_ALPHA = [0.75, 0.4];

export class Frames {
  constructor(room) {
    this.room = room;
    this.whole = new Map(); // url -> picture in full size, the latest last
    this.differences = { whole: new Map(), played: new Map() };
  }

  /** Show a frame with what is at hand; with `whole` then again in full size, with onion skin. */
  async show(frame, { whole }) {
    const { room } = this;
    const turn = {};
    this.turn = turn;
    const here = this.here(frame);
    const there = this.there(frame, here);
    if (!whole || this.isAtHand([...here.drawings, ...(there?.drawings ?? [])])) this.put(here, there, { whole });
    room.place();
    room.strip.mark(room.tell(!whole), { follow: whole });
    if (!whole) return;
    const around = this.around(frame);
    const wanted = [...here.drawings, ...(there?.drawings ?? []), ...around.map(({ drawing }) => drawing)];
    await Promise.all(wanted.map((drawing) => this.fetch(drawing)));
    if (this.turn === turn) this.put(here, there, { whole, around });
  }

  isAtHand(drawings) {
    return drawings.every((drawing) => this.image(drawing, false));
  }

  /** What this take shows: {items, drawings, size, words}. */
  here(frame) {
    const { take, alone, state } = this.room;
    const items = alone ? [{ cell: state.active, id: alone, number: "" }] : take.at(frame, this.room.cells());
    return { ...side(take, items), words: alone ? "" : this.missing(take, items) };
  }

  /** What the other take shows: at the same frame, or under the same numbers. */
  there(frame, here) {
    const { room } = this;
    const { other, alone, state, root } = room;
    if (!other) return null;
    const label = { take: other.label };
    if (alone || room.byDrawing()) return this.twins(here);
    if (frame > other.duration) {
      return { ...side(other, []), words: fill(root.dataset.ended, { ...label, frame: other.duration }) };
    }
    if (state.solo && !other.cell(state.active)) {
      return { ...side(other, []), words: fill(root.dataset.noCell, { ...label, cell: state.active }) };
    }
    const names = state.solo ? [state.active] : this.shownOf(other);
    const items = other.at(frame, names);
    return { ...side(other, items), words: this.missing(other, items) };
  }

  /** The drawings of the other take that came under the numbers that are shown here. */
  twins(here) {
    const { room } = this;
    const found = here.drawings.map((drawing) => [drawing, room.twin(drawing.id)]);
    const items = found.filter(([, twin]) => twin).map(([, twin]) => ({ cell: twin.cell, id: twin.id, number: "" }));
    const names = found.filter(([, twin]) => !twin).map(([drawing]) => drawing.name).join(", ");
    const words = names ? fill(room.root.dataset.noTwin, { take: room.other.label, name: names }) : "";
    return { ...side(room.other, items), words };
  }

  /** The cells of the other take that play: its own, without those that are switched off here. */
  shownOf(other) {
    const { hidden } = this.room.state;
    const shown = this.room.cells();
    return other.cells.map((cell) => cell.name).filter((name) => {
      if (this.room.take.cell(name)) return shown.includes(name) && !hidden.has(name);
      return other.played().includes(name);
    });
  }

  /** Say what the timesheet shows here and what is not there. */
  missing(take, items) {
    const said = this.room.root.dataset;
    if (!take.cells.length) return said.noDrawings;
    const gone = items.filter(({ id, number }) => id === null && number).map(({ cell, number }) => nameOf(cell, number));
    const names = gone.join(", ");
    const drawn = items.some(({ id }) => id !== null);
    if (gone.length) return fill(drawn ? said.missing : said.allMissing, { names });
    return drawn ? "" : said.empty;
  }

  /** The drawings before and after the one that is shown, as the onion skin wants them, the farthest first. */
  around(frame) {
    const { take, state, settings, alone } = this.room;
    if (!settings.skin || alone || !state.active) return [];
    const { before, after } = take.around(state.active, frame, settings.skin);
    const tint = (ids, colour) => ids.map((id, far) => ({ drawing: take.drawing(id), colour, alpha: SKIN_ALPHA[far] }));
    return [...tint(before, SKIN.before), ...tint(after, SKIN.after)].sort((a, b) => a.alpha - b.alpha);
  }

  async fetch(drawing) {
    if (this.room.reel.get(drawing)?.whole || this.whole.has(drawing.url)) return;
    const image = await picture(drawing.url).catch(() => null);
    if (image) this.whole.set(drawing.url, image);
    while (this.whole.size > KEPT_WHOLE) this.whole.delete(this.whole.keys().next().value);
  }

  image(drawing, whole) {
    const kept = this.room.reel.get(drawing);
    if (kept?.whole || !whole) return kept?.bitmap ?? this.whole.get(drawing.url) ?? null;
    return this.whole.get(drawing.url) ?? kept?.bitmap ?? null;
  }

  pictures(drawings, whole) {
    return drawings
      .map((drawing) => ({ image: this.image(drawing, whole), width: drawing.width, height: drawing.height }))
      .filter(({ image }) => image);
  }

  put(here, there, { whole, around = [] }) {
    const { room } = this;
    for (const part of [here, there]) if (part) part.pictures = this.pictures(part.drawings, whole);
    this.marked = there && room.settings.mode === "difference" ? this.difference(here, there, whole) : null;
    const skin = around
      .map(({ drawing, colour, alpha }) => ({ drawing, image: this.image(drawing, true), colour, alpha }))
      .filter(({ image }) => image)
      .map(({ drawing, image, colour, alpha }) => ({
        image: ink(image, colour), width: drawing.width, height: drawing.height, alpha,
      }));
    room.viewer.showFrame({ here, there, skin, marked: this.marked?.canvas ?? null });
    this.shown = { here, there, whole };
    this.say();
  }

  difference(here, there, whole) {
    const size = whole ? "whole" : "played";
    const kept = this.differences[size];
    const key = [here, there].map((part) => part.drawings.map(({ url }) => url).join()).join("|");
    let found = kept.get(key);
    if (!found) {
      found = difference(here, there, here.size, whole ? undefined : PLAYED_WIDTH_PX);
      if (here.pictures.length + there.pictures.length < here.drawings.length + there.drawings.length) return found;
      kept.set(key, found);
      while (kept.size > KEPT_DIFFERENCES[size]) kept.delete(kept.keys().next().value);
    }
    return found;
  }

  /** Put into words what is on the screen. */
  say() {
    const { room, shown } = this;
    if (!shown) return;
    const { here, there, whole } = shown;
    const flipped = there && room.viewer.flipped;
    room.caption("drawn", `${room.take.cut} ${(flipped ? room.other : room.take).label} · ${names(flipped ? there : here)}`);
    room.caption("other", there ? `${room.other.label} · ${names(flipped ? here : there)}` : "");
    room.caption("here", here.items.map(({ cell, id, number }) => (id !== null ? room.take.drawing(id).name : number && `(${nameOf(cell, number)})`)).filter(Boolean).join(" · "));
    this.word("here", this.broken(here, whole) || here.words, here);
    this.word("there", there && room.settings.mode === "side" ? this.broken(there, whole) || there.words : "", there);
    const place = room.root.querySelector("[data-verdict]");
    const words = there ? this.verdict(here, there) : "";
    place.hidden = !words;
    if (place.textContent !== words) place.textContent = words;
    room.root.querySelector("[data-legend]").hidden = !this.marked || Boolean(flipped);
  }

  broken(part, whole) {
    const lost = whole && part.drawings.filter((drawing) => this.room.reel.get(drawing) === null && !this.whole.has(drawing.url));
    return lost?.length ? fill(this.room.root.dataset.broken, { names: lost.map(({ name }) => name).join(", ") }) : "";
  }

  word(which, words, part) {
    const place = this.room.root.querySelector(`[data-words=${which}]`);
    place.hidden = !words;
    place.classList.toggle("aside", Boolean(part?.pictures?.length));
    if (place.textContent !== words) place.textContent = words;
  }

  /** Say of each drawing of the frame whether it changed, and in the difference how much. */
  verdict(here, there) {
    const { room } = this;
    const said = room.root.dataset;
    const groups = { same: [], changed: [], new: [] };
    for (const { id } of here.items) if (id !== null) groups[room.changes.of.get(id).state].push(room.take.drawing(id).name);
    const parts = [["same", said.didNot], ["changed", said.did], ["new", said.isNew]]
      .filter(([state]) => groups[state].length)
      .map(([state, words]) => fill(words, { names: groups[state].join(", ") }));
    if (this.marked) {
      const { changed, share } = this.marked;
      const percent = (share * 100).toFixed(share < 0.001 ? 3 : 2);
      parts.push(changed ? fill(said.pixels, { n: changed.toLocaleString(document.documentElement.lang), share: percent }) : said.noChange);
    }
    const [a, b] = [here.size, there.size];
    if (a.width !== b.width || a.height !== b.height) {
      parts.push(fill(said.sizes, { here: `${a.width}×${a.height}`, there: `${b.width}×${b.height}` }));
    }
    return parts.join(" · ");
  }
}

function side(take, items) {
  const drawings = items.filter(({ id }) => id !== null).map(({ id }) => take.drawing(id));
  return { items, drawings, size: take.size, pictures: [] };
}

function names(part) {
  return part.drawings.map(({ name }) => name).join(" ") || "–";
}

/** Name a drawing that is not there as the others are named: A3, or A_3 for a cell with a longer name. */
function nameOf(cell, number) {
  return cell.length <= 2 ? `${cell}${number}` : `${cell}_${number}`;
}
