// The pen's toolbar, the legend of whose paper lies there, and the line that says whether all is saved.

export class PenBar {
  constructor(place, desk) {
    this.place = place;
    this.desk = desk;
    this.state = place.querySelector("[data-pen-state]");
    this.legend = place.querySelector("[data-pen-people]");
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-pen-do]");
      if (!button || button.disabled) return;
      desk.run(button.dataset.penDo);
      if (event.detail) button.blur(); // pressed by a pointer: Space is the page's again
    });
    this.legend.addEventListener("change", (event) => desk.see(Number(event.target.value), event.target.checked));
    this.legend.addEventListener("pointerover", (event) => this.point(event.target.closest("li")));
    this.legend.addEventListener("pointerleave", () => desk.light(undefined));
  }

  point(line) {
    if (line) this.desk.light(Number(line.dataset.person));
  }

  /** Show how things stand. */
  show() {
    const { desk } = this;
    if (desk.bar !== this || !desk.papers) return;
    this.place.toggleAttribute("data-on", desk.on);
    this.place.querySelector("[data-pen-tools]").hidden = !desk.on;
    this.press("toggle", desk.on);
    for (const tool of ["pen", "arrow", "box", "text", "eraser"]) this.press(tool, desk.tool === tool);
    ["thin", "medium", "thick"].forEach((width, index) => this.press(width, desk.settings.width === index));
    this.press("veil", desk.settings.veil);
    this.press("all", desk.settings.all);
    this.enable("toggle", desk.papers.mayDraw);
    const { undo, redo } = desk.drawing ? desk.history() : { undo: [], redo: [] };
    this.enable("undo", undo.length > 0);
    this.enable("redo", redo.length > 0);
    this.showPeople();
    this.showState();
  }

  button(command) {
    return this.place.querySelector(`[data-pen-do=${command}]`);
  }

  press(command, pressed) {
    this.button(command).setAttribute("aria-pressed", String(pressed));
  }

  enable(command, enabled) {
    this.button(command).disabled = !enabled;
  }

  showPeople() {
    const { desk, place } = this;
    const people = desk.drawing ? desk.papers.people(desk.drawing) : [];
    const { role, colour } = desk.papers.paper;
    place.querySelector("[data-pen-paper]").hidden = !desk.on || people.some((person) => person.mine);
    place.querySelector("[data-pen-role]").textContent = role;
    for (const sheet of place.querySelectorAll("[data-pen-own]")) sheet.style.backgroundColor = colour;
    this.button("all").hidden = !people.length;
    place.querySelector("[data-pen-count]").textContent = String(people.length);
    const drawn = JSON.stringify([people.map((person) => [person.id, person.role, person.colour]), [...desk.hidden]]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.legend.replaceChildren(...people.map((person) => this.line(person)));
  }

  line(person) {
    const line = this.place.querySelector("template[data-pen-person]").content.firstElementChild.cloneNode(true);
    line.dataset.person = String(person.id);
    line.querySelector("[data-sheet]").style.backgroundColor = person.colour;
    line.querySelector("[data-name]").textContent = person.mine ? this.place.dataset.mine : person.name;
    line.querySelector("[data-role]").textContent = person.role;
    const box = line.querySelector("input");
    box.value = String(person.id);
    box.checked = !this.desk.hidden.has(person.id);
    return line;
  }

  showState() {
    const { word, count, reason } = this.desk.outbox.state;
    const quiet = word === "saved" && !this.desk.on;
    this.state.hidden = quiet;
    this.place.dataset.state = word;
    const words = this.state.dataset[camel(word)].replace("{n}", String(count)).replace("{reason}", reason ?? "");
    const line = this.state.querySelector("[data-words]");
    if (line.textContent !== words) line.textContent = words;
    this.button("again").hidden = this.button("discard").hidden = word !== "refused";
    this.state.querySelector("[data-sign-in]").hidden = word !== "signed-out";
  }
}

function camel(word) {
  return word.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
