// One flag on the screen: its viewer, its claim, its verdict form. flag.js puts the next one in its place.

import { Refused, farewell, post } from "./net.js";
import { Stage } from "./stage.js";

const HEARTBEAT_MS = 30_000;

export class FlagPage {
  constructor(root, settings) {
    this.root = root;
    this.url = window.location.pathname + window.location.search;
    this.data = JSON.parse(root.querySelector("#flag-data").textContent);
    this.retake = root.querySelector("#retake");
    this.stage = new Stage(root, this.data, settings);
    this.ready = this.stage.open().then(() => this.announce());
    this.beat();
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  close() {
    clearInterval(this.timer);
    if (this.announced) dispatch("sakkan:stage-closed", this.detail());
    this.closed = true;
    this.stage.close();
  }

  /** Tell pen and comments that a picture is ready to be drawn on; not before their scripts can listen. */
  async announce() {
    await allScriptsRun();
    if (this.closed) return;
    this.announced = true;
    dispatch("sakkan:stage", this.detail());
  }

  detail() {
    return { root: this.root, stage: this.stage, data: this.data };
  }

  /** Tell the others that this flag is being looked at; learn when somebody else has it. */
  async beat() {
    if (!this.data.claim || document.visibilityState === "hidden") return;
    try {
      await post(this.data.claim);
      if (!this.closed) this.blocked("");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!this.closed && error.code === "claimed_by_other") this.blocked(error.message);
    }
  }

  release() {
    if (this.data.claim) farewell(this.data.release);
  }

  blocked(words) {
    say(this.root.querySelector("#claimed"), "p", words);
  }

  /** Show what others did to this flag since it was opened: looked at it, decided, were given it. */
  told(state) {
    if (!state || this.closed || this.busy) return;
    this.root.querySelector("[data-assigned]").textContent = state.assigned;
    if (!this.data.claim) this.blocked(state.holder); // who decides learns it from their own claim
    const isOther = state.seen !== this.data.seen || state.gone;
    say(this.root.querySelector("#changed"), "[data-words]", isOther ? state.says : "");
  }

  get form() {
    return this.root.querySelector("#verdict");
  }

  /** What the verdict is sent with. */
  fields(decision, more) {
    const { note, seen, scope } = this.form.elements;
    return { decision, note: note.value, seen: seen.value, scope: scope?.value ?? "", ...more };
  }

  /** Whether somebody has begun to write or to choose a reason here. */
  get isTouched() {
    const words = [...this.root.querySelectorAll("textarea, input[type=text]")].some((each) => each.value.trim());
    return Boolean(words || this.retake?.open);
  }

  /** Say for how many flags the verdict is: this one, the drawing's, the same fault in the whole cut. */
  nextScope() {
    const choices = [...this.root.querySelectorAll("[name=scope]")];
    const at = choices.findIndex((each) => each.checked);
    if (choices.length) choices[(at + 1) % choices.length].checked = true;
  }

  openRetake() {
    if (!this.retake) return;
    this.retake.open = true;
    const reasons = this.retake.querySelector("form").elements.reason;
    ([...reasons].find((each) => each.checked) ?? reasons[0]).focus();
    this.retake.scrollIntoView({ block: "nearest" });
  }

  /** Reason and note of a retake as they stand; what was written in the other note goes along. */
  retakeFields() {
    const { reason, note } = this.retake.querySelector("form").elements;
    return { reason: reason.value, note: note.value || this.form.elements.note.value };
  }

  /** Keys while the reasons of a retake are open. Returns whether the key was used up. */
  retakeKey(event, send) {
    if (!this.retake?.open || document.querySelector("dialog[open]")) return false;
    const typing = event.target.tagName === "TEXTAREA";
    // Enter sends, also out of the note; Shift+Enter is a new line, and an input method's Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.repeat) {
      event.preventDefault();
      send(event);
    } else if (event.key === "Escape") {
      this.retake.open = false;
      document.activeElement.blur();
    } else if (/^[1-9]$/.test(event.key) && !typing) {
      const reason = this.retake.querySelectorAll("[name=reason]")[Number(event.key) - 1];
      if (reason) reason.checked = true;
      reason?.focus();
    } else if (event.key.toLowerCase() === "s" && !typing) {
      this.nextScope();
    } else {
      return event.key.length === 1 && !typing && !event.ctrlKey && !event.metaKey; // no verdict by a slip of the hand
    }
    return true;
  }

  /** The page as it was left, for a verdict that was refused: nothing that was written is lost. */
  again() {
    const root = this.root.cloneNode(true);
    const [before, after] = [this.root, root].map((each) => [...each.querySelectorAll("textarea, input, details")]);
    before.forEach((field, index) => {
      after[index].value = field.value;
      after[index].checked = field.checked;
      if (field.tagName === "DETAILS") after[index].open = field.open;
    });
    delete root.dataset.ready;
    return root;
  }
}

function say(place, words, text) {
  const line = place.querySelector(words);
  if (text && line.textContent !== text) line.textContent = text;
  place.hidden = !text;
}

function dispatch(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

let scriptsRun = false;
document.addEventListener("DOMContentLoaded", () => (scriptsRun = true), { once: true });

/** Modules run before DOMContentLoaded: once it was, every script of the page listens. */
function allScriptsRun() {
  if (document.readyState === "complete" || scriptsRun) return Promise.resolve();
  return new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
}
