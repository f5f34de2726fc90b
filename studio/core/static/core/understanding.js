// What the page knows of the chosen files, and the server's table about them: cells can be named anew, stages changed.

import { digestsOf } from "./digests.js";
import { entriesOf } from "./zips.js";

const SHEET_MAX_BYTES = 2 * 1024 * 1024;
const isZip = (path) => path.toLowerCase().endsWith(".zip");

export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

export class Understanding {
  constructor(sender) {
    this.sender = sender;
    this.files = new Map();
    this.cells = {};
    this.turn = 0;
    this.rows = new Map();
    // The table may be set anew while somebody types: what is typed is kept at once and asked about when they are done.
    sender.part("table").addEventListener("input", (event) => this.typed(event.target));
    sender.part("table").addEventListener("focusout", (event) => event.target.isConnected && this.done());
    sender.part("table").addEventListener("keydown", (event) => event.key === "Enter" && event.target.dataset.read && this.done());
    // A button that is set anew between press and release gets no click: an answer that comes then waits for the hand.
    sender.part("table").addEventListener("pointerdown", () => (this.isPressed = true));
    window.addEventListener("pointerup", () => this.isPressed && setTimeout(() => this.released()));
    window.addEventListener("pointercancel", () => this.isPressed && this.released());
    sender.part("table").addEventListener("click", (event) => {
      const stage = event.target.closest("[data-take-stage]")?.dataset.takeStage;
      if (!stage) return;
      sender.part("stage").value = stage;
      this.ask();
    });
  }

  /** Take other files in; what was typed about the cells of the former ones is of no use any more. */
  async take(files) {
    const turn = (this.turn += 1);
    this.files = files;
    this.cells = {};
    this.digests = new Map();
    this.entries = [];
    this.sheet = "";
    this.sender.say(this.sender.words.wordLooking);
    for (const [path, file] of files) {
      if (isZip(path)) this.entries.push(...(await entriesOf(file)).map(([name, size]) => [`${path}/${name}`, size]));
      if (!this.sheet && path.toLowerCase().endsWith(".xdts") && file.size <= SHEET_MAX_BYTES) this.sheet = await file.text();
    }
    await this.ask();
    const words = this.sender.words.wordComparing;
    const onProgress = (done, all) => this.sender.say(filled(words, { done, all }));
    const digests = await digestsOf(files, onProgress, () => turn !== this.turn || this.sender.isSending);
    this.sender.say("");
    if (!digests.size || turn !== this.turn || this.sender.isSending) return;
    this.digests = digests;
    await this.ask();
  }

  typed(input) {
    if (!input.dataset.read) return;
    this.cells[input.dataset.read] = input.value.trim();
    this.isTyping = true;
  }

  done() {
    if (!this.isTyping || this.sender.isSending) return;
    this.isTyping = false;
    this.ask();
  }

  body() {
    const chosen = [...this.files].map(([path, file]) => [path, file.size, this.digests.get(path) ?? ""]);
    return {
      files: [...chosen, ...this.entries],
      sheet: this.sheet,
      stage: this.sender.part("stage").value,
      rule_id: this.sender.part("rule").value,
      cells: this.cells,
    };
  }

  async ask() {
    if (!this.files.size) return;
    const asked = (this.asked = (this.asked ?? 0) + 1);
    let answer;
    try {
      answer = await this.sender.post(this.sender.words.understand, this.body());
      if (asked !== this.asked) return;
      this.show(await answer.text());
    } catch {
      this.sender.trouble(this.sender.words.wordOffline);
    }
  }

  released() {
    this.isPressed = false;
    const html = this.waiting;
    this.waiting = null;
    if (html && !this.sender.isSending) this.show(html);
  }

  show(html) {
    if (this.isPressed) {
      this.waiting = html;
      return;
    }
    const table = this.sender.part("table");
    const typedIn = document.activeElement?.dataset?.read;
    const value = document.activeElement?.value;
    // Our own server's page, rendered with escaping; nothing of a file's name is read as markup.
    table.innerHTML = html;
    this.sender.trouble("");
    this.rows = new Map([...table.querySelectorAll("tr[data-path]")].map((row) => [row.dataset.path, row]));
    const again = typedIn && table.querySelector(`[data-read="${CSS.escape(typedIn)}"]`);
    if (!again) return;
    again.focus();
    if (this.isTyping) again.value = value;
  }

  wanted() {
    return [...this.files].filter(([path]) => this.rows.get(path)?.dataset.send);
  }
}
