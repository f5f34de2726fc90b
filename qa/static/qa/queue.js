// The queue: walk the rows, choose several, decide without leaving the list.

import { keyOf, listen } from "./keys.js";
import { post, Refused } from "./net.js";
import { keepUndo, lastUndo, showUndo } from "./undo.js";

const KEYS = {
  j: "down", k: "up", ArrowDown: "down", ArrowUp: "up", ArrowRight: "down", ArrowLeft: "up", Enter: "open",
  x: "choose", a: "ok", i: "intended", r: "retake", f: "false_alarm", u: "undo", v: "view", Escape: "none",
}; // prettier-ignore

const rows = () => [...document.querySelectorAll("[data-flag]")];
const chosen = () => rows().filter((row) => row.querySelector("[name=flags]")?.checked);
const current = () => document.querySelector("[data-flag][aria-current=true]");
let undoable = [];
let busy = false;

function stand(row) {
  if (!row) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(direction) {
  const all = rows();
  const at = all.indexOf(current());
  stand(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + direction))]);
}

function choose(row, on) {
  const box = row?.querySelector("[name=flags]");
  if (!box) return;
  box.checked = on ?? !box.checked;
  row.toggleAttribute("data-chosen", box.checked);
  count();
}

function count() {
  const bar = document.getElementById("chosen");
  if (!bar) return;
  const many = chosen().length;
  bar.hidden = many === 0;
  bar.querySelector("[data-count]").textContent = String(many);
}

function targets() {
  const many = chosen();
  return many.length ? many : [current()].filter(Boolean);
}

async function decide(decision, fields = {}) {
  const desk = document.getElementById("queue-desk");
  const on = targets();
  if (!on.length || busy || !desk.dataset.verdicts) return;
  busy = true;
  const here = rows().indexOf(on[on.length - 1]);
  try {
    const flags = on.map((row) => row.dataset.flag);
    const answer = await post(desk.dataset.verdicts, { flags, decision, ...fields });
    undoable = flags;
    document.getElementById("notices").replaceChildren();
    for (const row of on) {
      choose(row, false);
      row.dataset.decided = decision;
      row.querySelector("[data-decision]").textContent = answer.label;
    }
    showUndo({ url: desk.dataset.undo, words: answer.words });
    stand(rows()[here + 1] ?? rows()[here]);
  } catch (error) {
    refused(error);
  } finally {
    busy = false;
  }
}

async function undo() {
  const desk = document.getElementById("queue-desk");
  const flags = undoable;
  const last = flags.length ? { url: desk.dataset.undo, flags } : lastUndo();
  if (!last?.url || busy) return;
  busy = true;
  try {
    const answer = await post(last.url, { flags: last.flags });
    keepUndo(null);
    undoable = [];
    const back = rows().filter((each) => flags.includes(each.dataset.flag));
    if (!back.length) window.location.reload(); // they were decided elsewhere and are not in this list yet
    for (const row of back) {
      delete row.dataset.decided;
      row.querySelector("[data-decision]").textContent = "";
    }
    showUndo({ words: answer.words });
  } catch (error) {
    refused(error);
  } finally {
    busy = false;
  }
}

function refused(error) {
  if (!(error instanceof Refused)) throw error;
  const line = document.createElement("p");
  line.className = "notice notice-error";
  line.textContent = error.message;
  document.getElementById("notices").replaceChildren(line);
}

function openRetake() {
  const dialog = document.getElementById("retake");
  if (!dialog || !targets().length) return;
  dialog.querySelector("[data-count]").textContent = String(targets().length);
  const likely = dialog.querySelector(`[name=reason][value="${targets()[0].dataset.reason}"]`);
  if (likely) likely.checked = true;
  dialog.showModal();
  (dialog.querySelector("[name=reason]:checked") ?? dialog.querySelector("[name=reason]")).focus();
}

function sendRetake(dialog) {
  const { reason, note } = dialog.querySelector("form").elements;
  dialog.close();
  decide("retake", { reason: reason.value, note: note.value });
}

const COMMANDS = {
  down: () => move(1),
  up: () => move(-1),
  open: () => current()?.querySelector("a").click(),
  choose: () => choose(current()),
  none: () => chosen().forEach((row) => choose(row, false)),
  all: () => rows().forEach((row) => choose(row, true)),
  ok: () => decide("ok"),
  intended: () => decide("intended"),
  false_alarm: () => decide("false_alarm"),
  retake: openRetake,
  undo,
  view: () => document.querySelector("[data-view]:not([aria-current=true])")?.click(),
};

function start() {
  listen(KEYS, (command) => COMMANDS[command]());
  const dialog = document.getElementById("retake");
  dialog?.addEventListener("keydown", (event) => {
    const typing = event.target.tagName === "TEXTAREA";
    if (event.key === "Enter" && (!typing || event.ctrlKey) && event.target.value !== "cancel") {
      event.preventDefault();
      sendRetake(dialog);
    } else if (/^[1-9]$/.test(keyOf(event)) && !typing) {
      const reason = dialog.querySelectorAll("[name=reason]")[Number(event.key) - 1];
      if (reason) reason.checked = true;
      reason?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-do]");
    if (!from) return;
    event.preventDefault();
    if (from.dataset.do === "retake-send") sendRetake(dialog);
    else COMMANDS[from.dataset.do]?.();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name !== "flags") return;
    event.target.closest("[data-flag]").toggleAttribute("data-chosen", event.target.checked);
    count();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-flag]");
    if (!row || row === current()) return;
    current()?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  });
  document.addEventListener("htmx:afterSettle", () => count());
  showUndo(lastUndo());
  if (!document.activeElement || document.activeElement === document.body) stand(rows()[0]);
}

start();
