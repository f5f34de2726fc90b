// The upload panel: choose → see what was understood → send by tus → follow the reading and the check in place.
// What has arrived is asked of the server, so a broken upload goes on after a reload. This browser remembers which
// state of a file it was sending: another state, or another machine, begins that one file anew.

import { fromInput, watchDrops } from "./files.js";
import { figuresOf, Pace } from "./figures.js";
import { followAll } from "./job.js";
import { Understanding } from "./understanding.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const AT_ONCE = 3;
const RETRY_MS = [0, 500, 1500, 4000, 8000];

const stateOf = (file) => `${file.size}@${file.lastModified}`;
const keyOf = (url) => `sakkan-sent:${new URL(url, window.location.href).pathname}`;

function remember(url, file) {
  try {
    window.localStorage.setItem(keyOf(url), stateOf(file));
  } catch {
    // no room or not allowed: the file will begin anew
  }
}

function isSameFile(job) {
  return job.known.size === job.file.size && window.localStorage.getItem(keyOf(job.known.url)) === stateOf(job.file);
}

class Sender {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.upload = null;
    this.running = new Set();
    this.isPaused = this.isSending = this.isBroken = false;
    this.understood = new Understanding(this);
    this.part("pick-folder").addEventListener("click", () => this.part("folder").click());
    this.part("pick-files").addEventListener("click", () => this.part("files").click());
    for (const name of ["folder", "files"]) {
      this.part(name).addEventListener("change", (event) => this.take(fromInput(event.target)));
    }
    for (const name of ["stage", "rule"]) this.part(name).addEventListener("change", () => this.understood.ask());
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("resume").addEventListener("click", () => this.send());
    root.addEventListener("click", (event) => event.target.closest('[data-part="send"]') && this.send());
    window.addEventListener("beforeunload", (event) => this.running.size && event.preventDefault());
    window.addEventListener("online", () => this.isBroken && this.root.isConnected && this.send());
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  post(url, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.words.token, "HX-Request": "true" };
    return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  }

  say(words) {
    this.part("looking").textContent = words;
  }

  take(files) {
    if (this.isSending) return this.trouble(this.words.wordBusy);
    this.part("after").replaceChildren();
    if (!files.size) {
      this.part("table").textContent = this.words.wordNothing;
      return;
    }
    this.part("drop").classList.add("drop-slim");
    return this.understood.take(files);
  }

  async open() {
    if (this.upload) return this.refresh(this.upload.list_url);
    if (this.words.list) return this.refresh(this.words.list);
    const answer = await this.post(this.words.open, {
      stage: this.part("stage").value,
      note: this.part("note").value,
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.message);
    this.upload = { ...body, files: [] };
  }

  async refresh(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error((await answer.json()).message);
    this.upload = await answer.json();
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    this.isPaused = this.isBroken = false;
    this.trouble("");
    this.say("");
    this.lock(true);
    try {
      await this.open();
    } catch (error) {
      return this.stopped(error instanceof TypeError ? this.words.wordBroken : error.message, error instanceof TypeError);
    }
    const there = new Map(this.upload.files.map((file) => [file.path, file]));
    this.jobs = this.understood.wanted().map(([path, file]) => ({ path, file, known: there.get(path), sent: 0 }));
    const left = [];
    for (const job of this.jobs) {
      if (job.known && !isSameFile(job)) await this.forget(job);
      if (job.known) job.sent = job.known.offset;
      job.done = job.known?.offset === job.file.size;
      this.mark(job);
      if (!job.done) left.push(job);
    }
    this.pace = new Pace();
    this.total();
    await this.sendAll(left);
  }

  /** While files are on their way nothing may be chosen anew; what was typed stays to be seen. */
  lock(isOn) {
    this.part("sending").hidden = false;
    this.part("drop").hidden = isOn;
    this.part("pause").hidden = !isOn;
    this.part("resume").hidden = isOn;
    for (const place of this.root.querySelectorAll('[data-part="send"], [data-read], [data-take-stage]')) place.disabled = isOn;
    for (const name of ["stage", "rule", "note"]) this.part(name).disabled = isOn || (name !== "rule" && Boolean(this.upload));
  }

  /** Begin a file anew whose first part came from another state of it: two halves would make a broken picture. */
  async forget(job) {
    const headers = { "X-CSRFToken": this.words.token, "Tus-Resumable": "1.0.0" };
    await fetch(job.known.url, { method: "DELETE", headers }).catch(() => null);
    job.known = null;
  }

  async sendAll(left) {
    const failed = [];
    const worker = async () => {
      while (left.length && !this.isPaused) {
        const job = left.shift();
        try {
          await this.sendOne(job);
        } catch (error) {
          if (this.isPaused) return;
          failed.push(error);
          job.failed = true;
          this.mark(job);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (this.isPaused) return this.stopped(this.words.wordPaused);
    if (failed.length) return this.stopped(`${this.words.wordBroken} (${this.reason(failed[0])})`, true);
    await this.submit();
  }

  sendOne(job) {
    return new Promise((resolve, reject) => {
      const upload = new window.tus.Upload(job.file, {
        endpoint: this.upload.files_url,
        uploadUrl: job.known?.url ?? null,
        onUploadUrlAvailable: () => remember(upload.url, job.file),
        chunkSize: CHUNK_BYTES,
        retryDelays: RETRY_MS,
        storeFingerprintForResuming: false,
        metadata: { path: job.path, filename: job.path, filetype: job.file.type || "application/octet-stream" },
        headers: { "X-CSRFToken": this.words.token },
        onProgress: (sent) => {
          job.sent = sent;
          this.mark(job);
          this.total();
        },
        onSuccess: () => {
          this.running.delete(upload);
          Object.assign(job, { done: true, failed: false, sent: job.file.size });
          this.mark(job);
          this.total();
          resolve();
        },
        onError: (error) => {
          this.running.delete(upload);
          reject(error);
        },
      });
      upload.sakkanReject = reject;
      this.running.add(upload);
      upload.start();
    });
  }

  pause() {
    this.isPaused = true;
    for (const upload of this.running) {
      upload.abort();
      upload.sakkanReject(new Error("paused"));
    }
    this.running.clear();
  }

  stopped(words, isBroken = false) {
    this.isSending = false;
    this.isBroken = isBroken;
    this.part("word").textContent = this.words.wordStopped;
    this.lock(false);
    this.trouble(words);
  }

  /** Hand the complete upload to a worker and follow it here. */
  async submit() {
    this.part("pause").hidden = true;
    this.part("word").textContent = this.words.wordAll;
    const body = new URLSearchParams({
      rule_id: this.part("rule").value,
      cells: JSON.stringify(this.understood.cells),
    });
    const headers = { "X-CSRFToken": this.words.token, "HX-Request": "true" };
    let answer;
    try {
      answer = await fetch(this.upload.submit_url, { method: "POST", headers, body });
    } catch {
      return this.stopped(this.words.wordBroken, true);
    }
    const html = await answer.text();
    this.part("after").innerHTML = html;
    if (!answer.ok) return this.stopped("");
    window.htmx.process(this.part("after"));
    followAll(this.part("after")); // nothing settles on this page by itself, so nobody else looks for its jobs
    document.body.dispatchEvent(new CustomEvent("jobs-changed"));
    this.over();
  }

  /** The delivery is with the server: what is dropped next is another one. */
  over() {
    this.isSending = false;
    this.upload = null;
    delete this.root.dataset.list;
    this.part("sending").hidden = true;
    this.part("broken")?.remove();
    this.part("table").replaceChildren();
    this.part("note").value = "";
    this.part("drop").hidden = false;
    for (const name of ["stage", "rule", "note"]) this.part(name).disabled = false;
    this.root.scrollIntoView({ block: "start" });
  }

  reason(error) {
    const body = error.originalResponse?.getBody?.();
    try {
      return JSON.parse(body).message;
    } catch {
      return error.originalResponse ? String(error.originalResponse.getStatus()) : error.message.split(",")[0];
    }
  }

  trouble(words) {
    this.part("trouble").textContent = words;
  }

  mark(job) {
    const place = this.understood.rows.get(job.path)?.querySelector("[data-sent]");
    if (!place) return;
    if (job.done || job.failed) {
      const word = document.createElement("span");
      word.className = `status status-${job.done ? "done" : "failed"}`;
      word.textContent = job.done ? this.words.wordArrived : this.words.wordFailed;
      return place.replaceChildren(word);
    }
    let bar = place.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.className = "progress-small";
      bar.setAttribute("aria-label", job.path);
      place.replaceChildren(bar);
    }
    bar.max = job.file.size || 1;
    bar.value = job.sent;
  }

  total() {
    const sum = (value) => this.jobs.reduce((all, each) => all + value(each), 0);
    const [size, sent] = [sum((job) => job.file.size), sum((job) => job.sent)];
    const done = this.jobs.filter((job) => job.done).length;
    const bar = this.part("total");
    bar.max = size || 1;
    bar.value = sent;
    this.part("word").textContent = this.words.wordSending;
    this.part("figures").textContent = figuresOf(this.words, this.pace, { done, all: this.jobs.length, sent, size });
  }
}

export function mount(root) {
  return new Sender(root);
}

const root = document.getElementById("upload");
if (root) {
  const sender = mount(root);
  watchDrops(root.querySelector(".drop-big").textContent, (files) => sender.take(files));
}
