// The upload page: choose → see what was understood → send by tus → submit.
// What has arrived is asked of the server, so a broken upload goes on after a reload. This browser remembers which
// state of a file it was sending: another state, or another machine, begins that one file anew.

import { fromInput, watchDrops } from "./files.js";

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
    this.chosen = new Map();
    this.upload = null;
    this.running = new Set();
    this.isPaused = false;
    this.part("pick-folder").addEventListener("click", () => this.part("folder").click());
    this.part("pick-files").addEventListener("click", () => this.part("files").click());
    for (const name of ["folder", "files"]) {
      this.part(name).addEventListener("change", (event) => this.take(fromInput(event.target)));
    }
    for (const name of ["stage", "rule"]) this.part(name).addEventListener("change", () => this.understand());
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("resume").addEventListener("click", () => this.send());
    root.addEventListener("click", (event) => event.target.closest('[data-part="send"]') && this.send());
    window.addEventListener("beforeunload", (event) => this.running.size && event.preventDefault());
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  post(url, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.words.token, "HX-Request": "true" };
    return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  }

  take(files) {
    if (this.running.size) return;
    this.chosen = files;
    this.understand();
  }

  async understand() {
    if (!this.chosen.size) {
      this.part("table").textContent = this.words.wordNothing;
      return;
    }
    const body = {
      paths: [...this.chosen.keys()],
      stage: this.part("stage").value,
      rule_id: this.part("rule").value,
    };
    const answer = await this.post(this.words.understand, body);
    const table = this.part("table");
    // Our own server's page, rendered with escaping; nothing of a file's name is read as markup.
    table.innerHTML = await answer.text();
    this.rows = new Map([...table.querySelectorAll("tr[data-path]")].map((row) => [row.dataset.path, row]));
  }

  wanted() {
    return [...this.chosen].filter(([path]) => this.rows.get(path)?.dataset.send);
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
    this.isPaused = false;
    this.trouble("");
    this.part("sending").hidden = false;
    this.part("drop").hidden = true;
    this.part("pause").hidden = false;
    this.part("resume").hidden = true;
    const sendButton = this.part("send");
    if (sendButton) sendButton.disabled = true;
    this.part("stage").disabled = this.part("rule").disabled = true;
    try {
      await this.open();
    } catch (error) {
      return this.stopped(error.message || this.words.wordBroken);
    }
    const there = new Map(this.upload.files.map((file) => [file.path, file]));
    const jobs = this.wanted().map(([path, file]) => ({ path, file, known: there.get(path), sent: 0 }));
    this.jobs = jobs;
    this.began = performance.now();
    this.already = 0;
    const left = [];
    for (const job of jobs) {
      if (job.known && !isSameFile(job)) await this.forget(job);
      if (job.known) job.sent = job.known.offset;
      this.already += job.sent;
      job.done = job.known?.offset === job.file.size;
      this.mark(job);
      if (!job.done) left.push(job);
    }
    this.total();
    await this.sendAll(left);
  }

  /** Begin a file anew whose first part came from another state of it: two halves would make a broken picture. */
  async forget(job) {
    const headers = { "X-CSRFToken": this.words.token, "Tus-Resumable": "1.0.0" };
    await fetch(job.known.url, { method: "DELETE", headers });
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
    if (failed.length) return this.stopped(`${this.words.wordBroken} (${this.reason(failed[0])})`);
    this.submit();
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
          job.done = true;
          job.failed = false;
          job.sent = job.file.size;
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

  stopped(words) {
    this.part("word").textContent = this.words.wordStopped;
    this.part("drop").hidden = false;
    this.part("pause").hidden = true;
    this.part("resume").hidden = false;
    this.trouble(words);
  }

  submit() {
    this.part("pause").hidden = true;
    this.part("word").textContent = this.words.wordAll;
    const form = this.part("submit");
    form.action = this.upload.submit_url;
    form.elements.rule_id.value = this.part("rule").value;
    form.submit();
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
    const place = this.rows.get(job.path)?.querySelector("[data-sent]");
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
    const sum = (list, value) => list.reduce((all, each) => all + value(each), 0);
    const size = sum(this.jobs, (job) => job.file.size);
    const sent = sum(this.jobs, (job) => job.sent);
    const done = this.jobs.filter((job) => job.done).length;
    const rate = (sent - this.already) / Math.max(0.2, (performance.now() - this.began) / 1000);
    const left = rate > 0 ? Math.ceil((size - sent) / rate) : null;
    const mb = (bytes) => (bytes / 1048576).toFixed(1);
    const bar = this.part("total");
    bar.max = size || 1;
    bar.value = sent;
    this.part("word").textContent = this.words.wordSending;
    const figures = [`${done} / ${this.jobs.length} ${this.words.wordFiles}`, `${mb(sent)} / ${mb(size)} MB`];
    if (left !== null && done < this.jobs.length) figures.push(`${left} ${this.words.wordLeft}`);
    this.part("figures").textContent = figures.join(" · ");
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
