// The right side: sliders, pencils, gaps one by one, lines, and the hand. It shows what is wished and changes it.

import { send } from "./desk-net.js";
import { refused } from "./desk-files.js";

const DEFAULTS = { strength: 0.5, merge_px: null, gap_px: 10, weight_px: null, pressure: 0, taper_px: 0, jitter: 0.8, line_rgb: [0, 0, 0], is_binary: false, red: "apart", blue: "apart", green: "apart" };
const SHARES = new Set(["strength", "pressure", "jitter"]);
const ASK_MS = 1500;

const hex = (rgb) => `#${rgb.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
const rgb = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

export class Panel {
  constructor(desk) {
    this.desk = desk;
    this.fields = [...desk.root.querySelectorAll("[data-wish]")];
    this.styles = desk.data.styles;
    for (const field of this.fields) {
      const live = field.type === "range" || field.type === "color";
      field.addEventListener(live ? "input" : "change", () => this.changed(field));
      if (live) field.addEventListener("change", () => (desk.work.gesture = null));
    }
    desk.find("[name=style]").addEventListener("change", (event) => this.choose(event.target.value));
    desk.find("[name=source]")?.addEventListener("change", () => this.tellSource());
    if (desk.find("[name=source]")) this.tellSource();
    this.listStyles();
  }

  changed(field) {
    const name = field.dataset.wish;
    const value = this.value(field);
    const usual = JSON.stringify(value) === JSON.stringify(DEFAULTS[name]);
    this.desk.wishAll(name, usual ? undefined : value, `slide ${name}`);
  }

  value(field) {
    if (field.type === "checkbox") return field.checked;
    if (field.type === "color") return rgb(field.value);
    if (field.tagName === "SELECT") return field.value;
    const number = Number(field.value);
    return "none" in field.dataset && number === 0 ? null : number;
  }

  /** Show what is wished for the drawing on the canvas. */
  tell(wishes) {
    for (const field of this.fields) {
      const name = field.dataset.wish;
      const value = wishes[name] === undefined ? DEFAULTS[name] : wishes[name];
      if (field.type === "checkbox") field.checked = value;
      else if (field.type === "color") field.value = hex(value);
      else field.value = String(value ?? 0);
      if (field.type === "range") this.tellNumber(field, name, value);
    }
    const style = wishes.style ? this.styles.find((each) => same(each.profile, wishes.style)) : null;
    this.desk.find("[name=style]").value = style ? String(style.id) : "";
    for (const name of ["weight_px", "taper_px", "line_rgb"]) this.desk.find(`[data-wish=${name}]`).disabled = Boolean(wishes.style);
  }

  tellNumber(field, name, value) {
    const { words } = this.desk;
    const said = value === null ? words.automatic : SHARES.has(name) ? `${Math.round(value * 100)} %` : `${value} px`;
    field.parentElement.querySelector("output").textContent = said;
    field.setAttribute("aria-valuetext", said);
  }

  // Hands

  listStyles() {
    const { desk } = this;
    const select = desk.find("[name=style]");
    const options = this.styles.map((each) => {
      const option = new Option(each.may_draw ? each.name : `${each.name} – ${desk.words.refused}`, String(each.id));
      option.disabled = !each.may_draw;
      return option;
    });
    select.replaceChildren(new Option(desk.words.no_hand, ""), ...options);
    const why = desk.find("[data-part=style-why]");
    const refusals = this.styles.filter((each) => !each.may_draw).map((each) => `${each.name}: ${each.reasons}`);
    why.hidden = !refusals.length;
    why.textContent = refusals.join(" ");
  }

  choose(id) {
    this.desk.wishAll("style", this.styles.find((each) => String(each.id) === id)?.profile);
  }

  tellSource() {
    const isArtist = this.desk.find("[name=source]").value.startsWith("version:");
    for (const each of this.desk.root.querySelectorAll("[data-for=version]")) each.hidden = !isArtist;
  }

  async learn() {
    const { desk } = this;
    const said = desk.find("[data-part=learning]");
    desk.find("[data-part=learn-refused]").hidden = true;
    try {
      const body = { source: desk.find("[name=source]").value, artist: desk.find("[name=artist]").value };
      const { job } = await (await send(desk.data.urls.styles, body)).json();
      said.textContent = desk.words.learning;
      this.follow(job);
    } catch (error) {
      refused(desk, error, "learn-refused");
    }
  }

  async follow(job) {
    const { desk } = this;
    const response = await fetch(`${desk.data.urls.styles}?job=${job}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const told = response?.ok ? await response.json() : null;
    if (!told?.job.is_over) {
      setTimeout(() => this.follow(job), ASK_MS);
      return;
    }
    this.styles = told.styles;
    this.listStyles();
    this.tell(desk.wishes);
    desk.find("[data-part=learning]").textContent = told.job.message || desk.words.learned;
  }
}

function same(one, other) {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
