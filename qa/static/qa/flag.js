// The flag page: keys, verdicts, and the next flag on the screen before the hand has left the key.

import { listen } from "./keys.js";
import { farewell, part, post, Refused } from "./net.js";
import { preload } from "./pictures.js";
import { Stage, remembered } from "./stage.js";
import { keepUndo, lastUndo, showUndo } from "./undo.js";
import { visited, wayBack } from "./trail.js";

const HEARTBEAT_MS = 30_000;
const KEYS = {
  1: "side", 2: "onion", 3: "wipe", 4: "difference", h: "heat", o: "outline", b: "ground", m: "mirror", z: "region",
  "+": "closer", "=": "closer", "-": "farther", 0: "fit", c: "other", " ": "play", ",": "before", ".": "after",
  ArrowLeft: "before", ArrowRight: "after", "[": "cut-before", "]": "cut-after", Escape: "back",
  n: "next", p: "previous", a: "ok", i: "intended", r: "retake", f: "false_alarm", u: "undo", w: "note", q: "queue", s: "scope",
}; // prettier-ignore

const settings = remembered();
let page = null;

class FlagPage {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("#flag-data").textContent);
    this.retake = root.querySelector("#retake");
    this.stage = new Stage(root, this.data, settings);
    this.ready = this.stage.open();
    this.next = null;
    showUndo(lastUndo());
    this.beat();
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.ready.then(() => this.prefetch());
  }

  close() {
    clearInterval(this.timer);
    this.stage.close();
  }

  /** Tell the others that this flag is being looked at; learn when somebody else has it. */
  async beat() {
    if (!this.data.claim || document.visibilityState === "hidden") return;
    try {
      await post(this.data.claim);
      if (page === this) this.blocked(null);
    } catch (error) {
      if (page === this && error.code === "claimed_by_other") this.blocked(error.message);
    }
  }

  blocked(words) {
    const notice = this.root.querySelector("#claimed");
    notice.hidden = !words;
    if (words) notice.querySelector("p").textContent = words;
  }

  /** Fetch the next flag's page and pictures while this one is looked at. */
  async prefetch() {
    if (!this.data.next) return;
    try {
      const text = await part(this.data.next);
      const data = JSON.parse(parsed(text).querySelector("#flag-data").textContent);
      this.next = { url: this.data.next, text };
      preload([data.drawing.url, data.heat, data.nearest[0]?.url]);
    } catch {
      this.next = null; // then it is fetched when it is wanted
    }
  }

  release() {
    if (this.data.claim) farewell(this.data.release);
  }

  async verdict(decision, fields = {}) {
    const form = this.root.querySelector("#verdict");
    if (!form || this.busy || !this.root.dataset.ready) return; // nobody decides about what is not on the screen
    this.busy = true;
    try {
      const note = form.elements.note.value;
      const seen = form.elements.seen.value;
      const scope = form.elements.scope?.value ?? "";
      const answer = await post(form.action, { decision, note, seen, scope, ...fields });
      await go(answer.next ?? answer.queue, this.next);
      told(answer);
    } catch (error) {
      notice(error);
    } finally {
      this.busy = false;
    }
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
  }

  sendRetake() {
    const { reason, note } = this.retake.querySelector("form").elements;
    return this.verdict("retake", { reason: reason.value, note: note.value });
  }

  /** Keys while the reasons of a retake are open. Returns whether the key was used up. */
  retakeKey(event) {
    if (!this.retake?.open) return false;
    // Enter sends, also out of the note; Shift+Enter is a new line, and an input method's Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.sendRetake();
    } else if (event.key === "Escape") {
      this.retake.open = false;
      document.activeElement.blur();
    } else if (/^[1-9]$/.test(event.key) && event.target.tagName !== "TEXTAREA") {
      const reason = this.retake.querySelectorAll("[name=reason]")[Number(event.key) - 1];
      if (reason) reason.checked = true;
      reason?.focus();
    } else if (event.key.toLowerCase() === "s" && event.target.tagName !== "TEXTAREA") {
      this.nextScope();
    } else {
      return event.key.length === 1 && event.target.tagName !== "TEXTAREA"; // no verdict by a slip of the hand
    }
    return true;
  }

  async undo() {
    const last = lastUndo();
    if (!last || this.busy) return;
    this.busy = true;
    try {
      const answer = await post(last.url, { flags: last.flags });
      await go(answer.flag, null);
      told(answer);
    } catch (error) {
      notice(error);
    } finally {
      this.busy = false;
    }
  }
}

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** Put another flag on the screen, from what was fetched before where that is the same one. */
async function go(url, fetched) {
  if (!url || !url.startsWith("/flags/")) {
    window.location.assign(url);
    return;
  }
  const text = fetched?.url === url ? fetched.text : await part(url);
  const root = document.adoptNode(parsed(text).querySelector("#flag"));
  const left = page;
  document.getElementById("flag").replaceWith(root);
  document.body.dispatchEvent(new CustomEvent("sakkan:shown"));
  left.close();
  document.title = root.dataset.title;
  window.history.pushState({}, "", url);
  visited(url);
  page = new FlagPage(root);
  await page.ready;
  root.dataset.ready = "yes";
}

/** Say what was decided, how the sitting goes, and how to take it back. */
function told(answer) {
  document.getElementById("notices").replaceChildren();
  keepUndo(answer.undo ? { url: answer.undo, flags: answer.flags, words: answer.words } : null);
  showUndo({ url: answer.undo, words: answer.words });
  const sitting = document.getElementById("sitting");
  if (sitting) sitting.textContent = answer.sitting;
}

function notice(error) {
  if (!(error instanceof Refused)) throw error;
  const line = document.createElement("p");
  line.className = "notice notice-error";
  line.textContent = error.message;
  document.getElementById("notices").replaceChildren(line);
}

const COMMANDS = {
  side: () => page.stage.viewer.set("mode", "side"),
  onion: () => page.stage.viewer.set("mode", "onion"),
  wipe: () => page.stage.viewer.set("mode", "wipe"),
  difference: () => page.stage.viewer.set("mode", "difference"),
  heat: () => page.stage.viewer.set("heat", !settings.heat),
  outline: () => page.stage.viewer.set("outline", !settings.outline),
  ground: () => page.stage.viewer.nextGround(),
  mirror: () => page.stage.viewer.mirror(),
  region: () => page.stage.viewer.zoomToRegion(),
  fit: () => page.stage.viewer.fit(),
  closer: () => zoom(1.25),
  farther: () => zoom(0.8),
  other: () => page.stage.compareWith((page.stage.rank + 1) % Math.max(1, page.data.nearest.length)),
  near: (from) => page.stage.compareWith(Number(from.dataset.rank)),
  drawing: (from) => page.stage.showDrawing(Number(from.dataset.drawing)),
  play: () => page.stage.play(),
  before: () => page.stage.step(-1),
  after: () => page.stage.step(1),
  "cut-before": () => page.stage.neighbour(-1),
  "cut-after": () => page.stage.neighbour(1),
  back: () => page.stage.back(),
  next: () => leave(page.data.next, page.next),
  previous: () => leave(wayBack(), null),
  ok: () => page.verdict("ok"),
  intended: () => page.verdict("intended"),
  false_alarm: () => page.verdict("false_alarm"),
  retake: () => page.openRetake(),
  scope: () => page.nextScope(),
  "retake-send": () => page.sendRetake(),
  undo: () => page.undo(),
  queue: () => window.location.assign(page.root.querySelector("[data-do=queue]").href),
  note: () => page.root.querySelector("#verdict [name=note]")?.focus(),
};

function zoom(factor) {
  const pane = page.stage.viewer.panes()[0];
  page.stage.viewer.zoom(factor, pane.width / 2, pane.height / 2);
}

function leave(url, fetched) {
  if (!url) return;
  page.release();
  go(url, fetched).catch(notice);
}

function run(command, from) {
  Promise.resolve(COMMANDS[command]?.(from)).catch(notice);
}

function start() {
  const root = document.getElementById("flag");
  visited(window.location.pathname + window.location.search);
  page = new FlagPage(root);
  page.ready.then(() => (root.dataset.ready = "yes"));
  document.addEventListener(
    "keydown",
    (event) => {
      if (page.retakeKey(event)) event.stopPropagation();
    },
    { capture: true },
  );
  listen(KEYS, (command) => run(command));
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-do]");
    if (!from || !page.root.contains(from)) return;
    event.preventDefault();
    run(from.dataset.do, from);
  });
  window.addEventListener("pagehide", () => page.release());
  window.addEventListener("popstate", () => window.location.reload());
}

start();
