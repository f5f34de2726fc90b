// What lies over one drawing: everybody's correction as the server knows it, and the own steps it has not taken yet.

const KEPT = 40;

export class Papers {
  /** `address(drawing)` = where to ask; `changed()` is called when a drawing's corrections are others than before. */
  constructor(outbox, address, changed) {
    this.outbox = outbox;
    this.address = address;
    this.changed = changed;
    this.kept = new Map();
    this.strokes = new Map(); // every own stroke that this page ever saw, to bring erased ones back
    this.paper = { role: "", colour: "#d9822b" };
    this.mayDraw = true;
  }

  /** Return the paper of a drawing; asked for the first time it is empty until `load` came back. */
  of(drawing) {
    if (!this.kept.has(drawing)) {
      this.kept.set(drawing, { drawing, tag: "", people: [], mine: [], width: 0, height: 0 });
      while (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    return this.kept.get(drawing);
  }

  /** Ask the server; an answer that was overtaken by the own hand is asked for again next time. */
  async load(drawing) {
    const paper = this.of(drawing);
    const { taken } = this.outbox;
    let response;
    try {
      const headers = { Accept: "application/json", ...(paper.tag && { "If-None-Match": paper.tag }) };
      response = await fetch(this.address(drawing), { headers, cache: "no-store" });
    } catch {
      return; // the outbox says it when the server is away; what is known stays on the screen
    }
    if (response.status !== 200 || response.redirected || taken !== this.outbox.taken) return;
    const answer = await response.json();
    paper.tag = response.headers.get("ETag") ?? "";
    paper.width = answer.width;
    paper.height = answer.height;
    paper.people = answer.corrections;
    this.paper = answer.paper;
    this.mayDraw = answer.may_draw;
    this.settle(drawing);
  }

  /** Work out the own strokes anew: the server's, then the steps that wait. */
  settle(drawing) {
    const paper = this.of(drawing);
    const mine = paper.people.find((person) => person.mine);
    const found = new Map((mine?.strokes ?? []).map((stroke) => [stroke.uid, this.known(stroke)]));
    for (const step of this.outbox.stepsOf(drawing)) {
      if (step.draw) found.set(step.draw.uid, this.known(step.draw));
      else if (step.erase) found.delete(step.erase);
      else if (this.strokes.has(step.restore)) found.set(step.restore, this.strokes.get(step.restore));
    }
    paper.mine = [...found.values()];
    this.changed(drawing);
  }

  /** Return the same object for the same stroke, so that it is not worked out anew for every answer. */
  known(stroke) {
    if (!this.strokes.has(stroke.uid)) this.strokes.set(stroke.uid, stroke);
    return this.strokes.get(stroke.uid);
  }

  /** Do a step of the own hand: at once on the screen and in the box. */
  step(drawing, step) {
    if (step.draw) this.known(step.draw);
    this.outbox.add(drawing, step);
    const paper = this.of(drawing);
    if (step.draw) paper.mine = [...paper.mine, step.draw];
    else if (step.erase) paper.mine = paper.mine.filter((stroke) => stroke.uid !== step.erase);
    else if (this.strokes.has(step.restore)) paper.mine = [...paper.mine, this.strokes.get(step.restore)];
    this.changed(drawing);
  }

  /** Return who drew over the drawing, the own correction last and on top: {id, name, role, colour, mine, strokes}. */
  people(drawing) {
    const paper = this.of(drawing);
    const others = paper.people.filter((person) => !person.mine);
    const found = others.map((person) => ({ ...person, id: person.by.id, name: person.by.name }));
    if (!paper.mine.length) return found;
    const own = paper.people.find((person) => person.mine) ?? this.paper;
    return [...found, { id: 0, name: "", role: own.role, colour: own.colour, mine: true, strokes: paper.mine }];
  }
}
