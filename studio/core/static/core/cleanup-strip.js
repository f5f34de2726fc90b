// The drawings of the cell: one on the canvas, those that are ticked are cleaned up.

export class Strip {
  constructor(desk) {
    this.desk = desk;
    this.root = desk.find("[data-part=strip]");
    this.all = desk.find("[data-part=all]");
    this.root.addEventListener("click", (event) => {
      const { show } = event.target.closest("[data-show]")?.dataset ?? {};
      if (show) desk.show(show);
    });
    this.root.addEventListener("change", () => this.tell());
    this.all?.addEventListener("change", () => {
      for (const box of this.boxes) box.checked = this.all.checked;
      this.tell();
    });
  }

  get boxes() {
    return [...this.root.querySelectorAll("[data-with]")];
  }

  /** Return the drawings that are ticked; all where nothing can be ticked. */
  get chosen() {
    const { boxes } = this;
    return boxes.length ? boxes.filter((box) => box.checked).map((box) => box.dataset.with) : this.desk.data.roughs.map((each) => each.id);
  }

  /** Show which drawing is on the canvas, what was set by hand, and how many are ticked. */
  tell() {
    const { desk, boxes } = this;
    for (const item of this.root.children) {
      const { drawing } = item.dataset;
      item.dataset.is = drawing === desk.at ? "a" : "";
      item.querySelector("[data-show]").setAttribute("aria-current", String(drawing === desk.at));
      item.querySelector("[data-part=set-mark]").hidden = !desk.work.isSet(drawing);
    }
    if (this.all) {
      this.all.checked = boxes.every((box) => box.checked);
      this.all.indeterminate = !this.all.checked && boxes.some((box) => box.checked);
    }
    desk.tellOrder(this.chosen.length);
  }

  scroll() {
    this.root.querySelector("[data-is=a]")?.scrollIntoView({ block: "nearest" });
  }
}
