// Where a comment is written: what it is pinned to, who is mentioned, and a draft that outlives a reload.

import { json, post, Refused } from "./net.js";
import { fill } from "./words.js";

const KEPT_UNDER = "sakkan.comment";
const PEOPLE_SHOWN = 8;

export class Field {
  /** `act` = {sent(answer), pin()}. */
  constructor(root, act) {
    this.root = root;
    this.act = act;
    this.form = root.querySelector("[data-form]");
    this.text = this.form.elements.text;
    this.people = root.querySelector("[data-people-list]");
    this.parent = null;
    this.point = null;
    this.key = `${KEPT_UNDER}.${root.dataset.take}`;
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    this.text.addEventListener("focus", () => this.open());
    this.text.addEventListener("blur", () => setTimeout(() => this.left(), 150));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    for (const radio of this.form.querySelectorAll("[name=pin]")) {
      radio.addEventListener("change", () => this.pinned(radio.value));
    }
    this.people.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.take(option.dataset.login);
    });
    this.restore();
  }

  close() {
    this.closed = true;
  }

  beside(stage) {
    this.stage = stage;
    this.offer();
  }

  /** What the stage shows now, so that a comment can be pinned to it. A comment in the making stays where it is. */
  shows({ drawingId, frameNo, playing }, name) {
    if (playing) return;
    this.now = { drawing: drawingId, frame: frameNo, name };
    if (!this.isWriting()) this.here = this.now;
    this.offer();
  }

  isWriting() {
    return this.text.value.trim() !== "" || document.activeElement === this.text;
  }

  /** Open the field, pinned to what is shown. */
  focus() {
    if (!this.text.value.trim()) {
      this.here = this.now;
      this.point = null;
      this.offer({ choose: true });
    }
    this.text.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  open() {
    this.root.classList.add("writing");
    this.act.pin();
  }

  /** The focus went elsewhere: the list closes, and a click in the picture no longer points. */
  left() {
    if (document.activeElement === this.text || this.closed) return;
    this.people.hidden = true;
    if (!this.text.value.trim() && !this.parent && !this.root.contains(document.activeElement)) {
      this.root.classList.remove("writing");
    }
    this.act.pin();
  }

  /** Escape leaves the field; what is written stays. */
  leave(event) {
    if (event.target !== this.text) return;
    if (!this.people.hidden) this.people.hidden = true;
    else this.text.blur();
    if (!this.text.value.trim()) this.root.classList.remove("writing");
    this.act.pin();
  }

  /** Show which pins can be chosen; `choose` takes the nearest one. */
  offer({ choose = false } = {}) {
    const { here } = this;
    const range = this.stage?.marked?.() ?? null;
    const said = this.root.dataset;
    const can = { drawing: here?.drawing, point: here?.drawing, frames: this.stage?.jump && (range || here?.frame), take: true };
    for (const [kind, on] of Object.entries(can)) this.form.querySelector(`[data-pin=${kind}]`).hidden = !on;
    this.words("drawing", here?.name ?? "");
    if (range) this.words("frames", fill(said.pinFrames, { from: range[0], to: range[1] }));
    else if (here?.frame) this.words("frames", fill(said.pinFrame, { from: here.frame }));
    this.range = range ?? (here?.frame ? [here.frame, here.frame] : null);
    const kind = this.kind();
    if (choose || !can[kind] || (kind === "take" && !this.isWriting() && this.stage)) {
      this.pick(range ? "frames" : can.drawing ? "drawing" : can.frames ? "frames" : "take");
    }
  }

  words(kind, words) {
    this.form.querySelector(`[data-pin=${kind}] [data-words]`).textContent = words;
  }

  kind() {
    return this.form.elements.pin.value;
  }

  pick(kind) {
    this.form.querySelector(`[name=pin][value=${kind}]`).checked = true;
    if (kind !== "point") this.point = null;
    this.hint();
  }

  pinned(kind) {
    if (kind !== "point") this.point = null;
    this.hint();
    this.keep();
    this.act.pin();
    this.text.focus();
  }

  /** The spot in the drawing was clicked. */
  pointAt([x, y]) {
    if (!this.here?.drawing) return;
    this.point = [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
    this.pick("point");
    this.keep();
    this.act.pin();
    this.text.focus();
  }

  hint() {
    this.root.querySelector("[data-hint]").hidden = this.kind() !== "point" || this.point !== null;
  }

  /** Answer a comment; null writes one of its own again. */
  reply(parent, number) {
    this.parent = parent;
    const line = this.root.querySelector("[data-reply]");
    line.hidden = !parent;
    line.querySelector("[data-words]").textContent = parent ? fill(this.root.dataset.replyTo, { number }) : "";
    this.number = number;
    this.form.querySelector("[data-pins]").hidden = Boolean(parent);
    this.keep();
    this.text.focus();
  }

  typed() {
    this.size();
    this.keep();
    this.fail("");
    this.suggest();
  }

  size() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(180, this.text.scrollHeight + 2)}px`;
  }

  /** Keep what is not sent yet in this browser. */
  keep() {
    const { text, parent, number, here, point, range } = this;
    try {
      if (!text.value.trim()) localStorage.removeItem(this.key);
      else {
        const draft = { text: text.value, parent, number, here, point, range, kind: this.kind() };
        localStorage.setItem(this.key, JSON.stringify(draft));
      }
    } catch {
      // a full or closed store: then only this page has it
    }
    const words = this.root.querySelector("[data-kept-words]");
    words.hidden = !text.value.trim();
    words.textContent = this.root.dataset.kept;
  }

  restore() {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      draft = null;
    }
    if (!draft?.text) return;
    this.text.value = draft.text;
    Object.assign(this, { here: draft.here, now: draft.here, point: draft.point });
    this.root.classList.add("writing");
    this.offer();
    this.range = draft.range;
    if (!this.form.querySelector(`[data-pin=${draft.kind}]`)?.hidden) this.pick(draft.kind);
    this.point = draft.point;
    if (draft.parent) {
      this.parent = draft.parent;
      this.number = draft.number;
      const line = this.root.querySelector("[data-reply]");
      line.hidden = false;
      line.querySelector("[data-words]").textContent = fill(this.root.dataset.replyTo, { number: draft.number });
      this.form.querySelector("[data-pins]").hidden = true;
    }
    this.size();
    this.keep();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (!this.people.hidden && this.inList(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.send();
    }
  }

  /** What is sent of the pin that is chosen. */
  pin() {
    if (this.parent) return { parent: this.parent };
    const kind = this.kind();
    const fields = {};
    if (kind === "drawing" || kind === "point") fields.drawing = this.here?.drawing ?? "";
    if (kind === "point" && this.point) [fields.x, fields.y] = this.point;
    if (kind === "frames" && this.range) [fields.frame_from, fields.frame_to] = this.range;
    return fields;
  }

  async send() {
    const text = this.text.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await post(this.form.action, { text, ...this.pin() });
      this.text.value = "";
      this.point = null;
      this.reset();
      this.act.sent(answer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fail(error.status ? error.message : this.root.dataset.offline);
      this.keep();
    } finally {
      this.busy = false;
      this.form.removeAttribute("aria-busy");
    }
  }

  reset() {
    this.parent = null;
    this.root.querySelector("[data-reply]").hidden = true;
    this.form.querySelector("[data-pins]").hidden = false;
    this.keep();
    this.size();
    this.fail("");
    this.here = this.now;
    this.text.blur();
    this.root.classList.remove("writing");
    this.offer();
    this.act.pin();
  }

  /** Say why something did not work. */
  fail(words) {
    const place = this.root.querySelector("[data-failed]");
    place.hidden = !words;
    place.textContent = words;
  }

  // Mentions: the list opens behind an @.

  /** Return the letters behind the @ before the caret, null where there is none. */
  asked() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return /(?:^|[\s(（「、。])@([\w.+-]*)$/.exec(before)?.[1] ?? null;
  }

  async suggest() {
    const asked = this.asked();
    if (asked === null) {
      this.people.hidden = true;
      return;
    }
    this.known ??= json(this.root.dataset.people).then(({ people }) => people);
    const people = await this.known.catch(() => {
      this.known = null; // asked again with the next letter
      return [];
    });
    const now = this.asked();
    if (now === null) return;
    const fits = ({ login, name }) => `${login} ${name}`.toLowerCase().includes(now.toLowerCase());
    this.people.replaceChildren(...people.filter(fits).slice(0, PEOPLE_SHOWN).map(option));
    this.people.hidden = !this.people.children.length;
    this.aim(0);
  }

  aim(index) {
    const options = [...this.people.children];
    this.aimed = (index + options.length) % Math.max(1, options.length);
    options.forEach((each, at) => each.setAttribute("aria-selected", String(at === this.aimed)));
    const id = options[this.aimed]?.id;
    if (id) this.text.setAttribute("aria-activedescendant", id);
    options[this.aimed]?.scrollIntoView({ block: "nearest" });
  }

  /** Keys while the list of people is open. Returns whether the key was used up. */
  inList(event) {
    if (event.key === "ArrowDown") this.aim(this.aimed + 1);
    else if (event.key === "ArrowUp") this.aim(this.aimed - 1);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      this.take(this.people.children[this.aimed].dataset.login);
    } else return false;
    event.preventDefault();
    return true;
  }

  /** Put a login where the @ stands. */
  take(login) {
    const at = this.text.selectionStart;
    const before = this.text.value.slice(0, at).replace(/@[\w.+-]*$/, `@${login} `);
    this.text.value = before + this.text.value.slice(at);
    this.text.setSelectionRange(before.length, before.length);
    this.people.hidden = true;
    this.keep();
  }
}

function option({ login, name }) {
  const line = Object.assign(document.createElement("li"), { id: `person-${login}` });
  line.setAttribute("role", "option");
  line.dataset.login = login;
  const who = Object.assign(document.createElement("b"), { textContent: name });
  const id = Object.assign(document.createElement("span"), { className: "muted small", textContent: `@${login}` });
  line.append(who, " ", id);
  return line;
}
