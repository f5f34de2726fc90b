// The strip of a take's drawings: which one is shown, and what each is against the other take.

import { fill } from "./words.js";

const SHAPES = { same: "=", changed: "≠", new: "+", gone: "−" };
const WORDS = { same: "stateSame", changed: "stateChanged", new: "stateNew", gone: "stateGone" };

export class Strip {
  constructor(room) {
    this.room = room;
    this.root = room.root.querySelector("[data-strip]");
    this.lines = new Map(
      [...this.root.querySelectorAll("[data-strip-drawing]")].map((line) => [Number(line.dataset.stripDrawing), line]),
    );
  }

  /** Mark the drawing that is shown; `follow` scrolls to it. */
  mark(id, { follow }) {
    if (this.here === id) return;
    this.lines.get(this.here)?.querySelector("button").removeAttribute("data-here");
    this.here = id;
    const button = this.lines.get(id)?.querySelector("button");
    button?.setAttribute("data-here", "");
    if (follow) button?.scrollIntoView({ block: "nearest" });
  }

  /** Say of each drawing what it is against the other take; null takes the words away. */
  compare(found) {
    for (const gone of this.root.querySelectorAll(".strip-gone")) gone.remove();
    for (const [id, line] of this.lines) {
      const state = found?.of.get(id);
      line.dataset.against = state?.state ?? "";
      const place = line.querySelector("[data-state]");
      place.textContent = state ? this.word(state.state) : "";
      place.title = state?.as ? fill(this.room.root.dataset.as, { name: state.as.name, take: this.room.other.label }) : "";
    }
    for (const drawing of found?.gone ?? []) this.addGone(drawing);
    this.tally(found);
  }

  word(state) {
    return `${SHAPES[state]} ${this.room.root.dataset[WORDS[state]]}`;
  }

  addGone(drawing) {
    const line = this.room.root.querySelector("[data-gone-item]").content.firstElementChild.cloneNode(true);
    line.dataset.against = "gone";
    line.querySelector("img").src = `${drawing.thumb}?size=small`;
    line.querySelector(".strip-name").textContent = drawing.name;
    line.querySelector(".strip-state").textContent = this.word("gone");
    line.title = this.room.root.dataset.notIn;
    const place = this.root.querySelector(`[data-cell="${CSS.escape(drawing.cell)}"] ol`) ?? this.root;
    place.append(line);
  }

  tally(found) {
    const place = this.room.root.querySelector("[data-tally]");
    place.hidden = !found;
    if (!found) return;
    const states = [...found.of.values()].map(({ state }) => state);
    const counts = { same: 0, changed: 0, new: 0, gone: found.gone.length };
    for (const state of states) counts[state] += 1;
    place.textContent = Object.entries(counts)
      .filter(([, n]) => n)
      .map(([state, n]) => `${n} ${this.word(state)}`)
      .join(" · ");
  }
}
