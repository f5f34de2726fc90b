// Comments beside a picture or on a page of their own: read, write, answer, settle; those of others appear by themselves.
//
// The panel knows a stage only by its three events (see the flag page and the take room). Without one, as on the page
// of a cut, it lists and writes, and leads to the room.

import { Field } from "./comments-field.js";
import { Pins } from "./comments-pins.js";
import { isTyping, listen } from "./keys.js";
import { part, post, Refused } from "./net.js";

const ASK_AGAIN_MS = 5000;
const panels = new Map();

class Panel {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("[data-list]");
    this.state = "open";
    this.only = root.dataset.drawingOnly ?? "";
    this.field = new Field(root, { sent: (answer) => this.sent(answer), pin: () => this.pins?.preview() });
    this.timer = setInterval(() => this.ask(), ASK_AGAIN_MS);
    root.addEventListener("click", (event) => {
      const from = event.target.closest("[data-comment-do]");
      if (from) this.act(from.dataset.commentDo, from);
    });
    this.list.addEventListener("click", (event) => {
      const thread = event.target.closest(".thread");
      if (thread && !event.target.closest("a, button")) this.choose(Number(thread.dataset.id));
    });
    this.read();
  }

  close() {
    clearInterval(this.timer);
    this.pins?.close();
    this.field.close();
    panels.delete(this.root);
  }

  /** Stand beside a stage: pins on its picture, marks on its frames. */
  beside(stage) {
    this.stage = stage;
    this.pins = new Pins(stage, {
      threads: () => this.threads(),
      choose: (id) => this.choose(id, { quiet: true }),
      field: this.field,
    });
    this.field.beside(stage);
    if (this.detail) this.pins.shows(this.detail); // the drawing came before the stage was told of
    this.ask({ again: true }).then(() => this.fromAddress());
  }

  shown(detail) {
    this.detail = detail;
    this.field.shows(detail, nameOf(detail.stage, detail.drawingId));
    this.pins?.shows(detail);
  }

  /** Fetch the list; the server answers with nothing as long as it is the same. */
  async ask({ again = false } = {}) {
    if (!this.root.isConnected) {
      this.close();
      return;
    }
    if (document.visibilityState === "hidden" && !again) return;
    const url = new URL(this.root.dataset.comments, window.location.href);
    const seen = again ? "" : (this.version ?? "");
    url.search = new URLSearchParams({ part: "list", state: this.state, drawing: this.only, seen });
    try {
      const text = await part(url);
      if (text) this.put(text, { news: !again });
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // it is asked again soon
    }
  }

  put(text, { news }) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.closest(".thread")?.id : null;
    const before = new Set(this.ids());
    const top = this.list.scrollTop;
    this.list.innerHTML = text;
    this.list.scrollTop = top;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.body.dispatchEvent(new CustomEvent("sakkan:shown"));
    this.read();
    const fresh = this.ids().filter((id) => !before.has(id));
    const said = this.root.querySelector("[data-said]");
    said.textContent = news && before.size && fresh.length ? this.root.dataset.news : "";
  }

  ids() {
    return [...this.list.querySelectorAll("[id^=comment-]")].map((each) => each.id);
  }

  /** Take from the list what the rest of the page shows of it. */
  read() {
    const list = this.list.querySelector(".threads");
    if (!list) return;
    this.version = list.dataset.version;
    const count = this.root.querySelector("[data-count]");
    count.textContent = list.dataset.open;
    count.hidden = list.dataset.open === "0";
    for (const button of this.root.querySelectorAll("[data-comment-do=state]")) {
      button.setAttribute("aria-pressed", String(button.dataset.state === this.state));
    }
    this.mark();
    const marks = this.threads().map(({ id, number, from, to, drawing, open }) => ({ id, number, from, to, drawing, open }));
    document.dispatchEvent(new CustomEvent("sakkan:comments", { detail: { root: this.root, marks } }));
    this.pins?.paint();
  }

  threads() {
    return [...this.list.querySelectorAll(".thread")].map((line) => ({
      id: Number(line.dataset.id),
      number: line.dataset.number,
      drawing: numberOf(line.dataset.drawing),
      point: line.dataset.x === undefined ? null : [Number(line.dataset.x), Number(line.dataset.y)],
      from: numberOf(line.dataset.from),
      to: numberOf(line.dataset.to),
      open: line.hasAttribute("data-is-open"),
      chosen: Number(line.dataset.id) === this.chosen,
    }));
  }

  mark() {
    for (const line of this.list.querySelectorAll(".thread")) {
      const here = Number(line.dataset.id) === this.chosen;
      if (here) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
  }

  /** Choose a comment and go where it is pinned; without a stage, to the room. */
  choose(id, { quiet = false, scroll = true } = {}) {
    this.chosen = id;
    this.mark();
    this.pins?.paint();
    const line = this.list.querySelector(`.thread[data-id="${id}"]`);
    if (scroll) line?.scrollIntoView({ block: "nearest" });
    const thread = this.threads().find((each) => each.id === id);
    if (!thread || quiet) return;
    if (this.stage) this.goTo(thread);
  }

  goTo(thread) {
    const { stage } = this;
    if (stage.jump) {
      if (thread.drawing || thread.from) stage.jump({ drawingId: thread.drawing, frameNo: thread.from });
    } else if (thread.drawing && stage.showDrawing) {
      if (stage.drawing !== thread.drawing) stage.showDrawing(thread.drawing);
    } else if (thread.from && stage.player) {
      stage.halt();
      stage.toCut();
      stage.player.seek(thread.from);
    }
  }

  /** Go to the next comment that is open. */
  next() {
    const open = this.threads().filter((each) => each.open);
    const said = this.root.querySelector("[data-said]");
    said.textContent = open.length ? "" : this.root.dataset.noneLeft;
    if (!open.length) return;
    const at = open.findIndex((each) => each.id === this.chosen);
    this.choose(open[(at + 1) % open.length].id);
  }

  act(what, from) {
    const thread = from.closest(".thread");
    if (what === "state") {
      this.state = from.dataset.state;
      this.ask({ again: true });
    } else if (what === "scope") {
      this.only = this.only ? "" : this.root.dataset.drawingOnly;
      from.setAttribute("aria-pressed", String(Boolean(this.only)));
      this.ask({ again: true });
    } else if (what === "next") this.next();
    else if (what === "jump") this.open(Number(thread.dataset.id));
    else if (what === "reply") this.field.reply(Number(thread.dataset.id), thread.dataset.number);
    else if (what === "no-reply") this.field.reply(null);
    else if (what === "send") this.send(from);
    else if (what === "withdraw" && window.confirm(from.dataset.sure)) this.send(from);
  }

  open(id) {
    if (this.stage) this.choose(id);
    else window.location.assign(`${this.root.dataset.room}#comment-${id}`);
  }

  async send(button) {
    button.disabled = true;
    try {
      await post(button.dataset.url);
      await this.ask({ again: true });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      button.disabled = false;
      this.field.fail(error.message);
    }
  }

  /** Show the comments of the whole take, not of one drawing alone. */
  everywhere() {
    this.only = "";
    this.root.querySelector("[data-comment-do=scope]")?.setAttribute("aria-pressed", "false");
  }

  async sent({ thread }) {
    this.chosen = thread;
    await this.ask({ again: true });
    if (!this.list.querySelector(`.thread[data-id="${thread}"]`)) {
      this.everywhere(); // what was just written is always seen
      this.state = "all";
      await this.ask({ again: true });
    }
    this.list.querySelector(`.thread[data-id="${thread}"]`)?.scrollIntoView({ block: "nearest" });
  }

  /** An address with #comment-12 leads to that comment, also to one that is settled. */
  async fromAddress() {
    const id = Number(/^#comment-(\d+)$/.exec(window.location.hash)?.[1]);
    if (!id || this.led) return;
    this.led = true;
    const isThere = () => this.list.querySelector(`.thread[data-id="${id}"]`);
    if (!isThere()) {
      this.state = "all";
      this.everywhere();
      await this.ask({ again: true });
    }
    if (isThere()) this.choose(id);
  }
}

/** Return what people call a drawing on the stage: A5. */
function nameOf(stage, id) {
  return stage?.take?.drawing?.(id)?.name ?? stage?.data?.strip?.find((each) => each.id === id)?.label ?? "";
}

function numberOf(text) {
  return text === undefined ? null : Number(text);
}

/** Begin with the panels below a place that have not begun yet. */
function begin(place) {
  for (const root of place.querySelectorAll?.("[data-comments]") ?? []) {
    if (panels.has(root)) continue;
    const panel = new Panel(root);
    panels.set(root, panel);
    if (!root.querySelector(".threads") && !root.closest("#flag, #room")) panel.ask({ again: true });
  }
}

function panelOf(root) {
  begin(root);
  return panels.get(root.querySelector("[data-comments]"));
}

function only() {
  return [...panels.values()].find((panel) => panel.root.isConnected);
}

document.addEventListener("sakkan:stage", ({ detail }) => panelOf(detail.root)?.beside(detail.stage));
document.addEventListener("sakkan:stage-closed", ({ detail }) => panels.get(detail.root.querySelector("[data-comments]"))?.close());
document.addEventListener("sakkan:drawing", ({ detail }) => panelOf(detail.root)?.shown(detail));
document.body.addEventListener("htmx:load", (event) => begin(event.detail.elt.parentElement ?? document));
document.addEventListener("visibilitychange", () => only()?.ask());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event)) only()?.field.leave(event);
});
listen({ t: "comment", j: "next" }, (command) => {
  const panel = only();
  if (!panel) return false;
  if (command === "comment") panel.field.focus();
  else panel.next();
  return undefined;
});
begin(document);
