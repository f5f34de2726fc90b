// The queue: walk the rows or the contact sheet, choose several, decide without leaving the list.

import { ask, give, onChoice, refusalOf } from "./assign.js";
import { choose, chosen, count, current, fold, neighbour, rows, stand, targets } from "./grid.js";
import { keyOf, listen } from "./keys.js";
import { watch } from "./live.js";
import { post, Refused } from "./net.js";
import { keepUndo, lastUndo, showUndo } from "./undo.js";

const KEYS = {
  j: "down", ArrowDown: "down", ArrowUp: "up", ArrowRight: "right", ArrowLeft: "left", Enter: "open",
  x: "choose", " ": "choose", e: "all", a: "ok", i: "intended", r: "retake", f: "false_alarm", u: "undo", k: "assign",
  v: "view", Escape: "none",
}; // prettier-ignore
const DENSITY = "sakkan.density";

const desk = () => document.getElementById("queue-desk");
let undoable = [];
let busy = false;

function move(direction, event) {
  const from = current();
  const group = from?.closest("[data-group]");
  const isList = !document.querySelector(".contact");
  if (isList && (direction === "left" || direction === "right")) {
    if (direction === "left") standBehind(group);
    else foldedAfter(group);
    return;
  }
  const to = neighbour(direction);
  if (event?.shiftKey && from && to) {
    const all = rows();
    const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    all.slice(first, last + 1).forEach((row) => choose(row, true));
  }
  stand(to);
}

/** Fold the group and stand on the first row of the next open one. */
function standBehind(group) {
  const before = rows();
  const inside = before.filter((row) => row.closest("[data-group]") === group);
  fold(group, true);
  if (!group?.hasAttribute("data-folded")) return;
  const behind = before[before.indexOf(inside[inside.length - 1]) + 1];
  stand(behind ?? rows()[rows().length - 1]);
}

/** Open the nearest folded group before this row, else behind it, and stand on its first row. */
function foldedAfter(group) {
  const groups = [...document.querySelectorAll("[data-group]")];
  const at = groups.indexOf(group);
  const folded =
    groups.slice(0, Math.max(0, at)).findLast((each) => each.hasAttribute("data-folded")) ??
    groups.slice(at + 1).find((each) => each.hasAttribute("data-folded"));
  if (!folded) return;
  fold(folded, false);
  stand(folded.querySelector("[data-flag]"));
}

async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    refused(error);
  } finally {
    busy = false;
  }
}

function decide(decision, fields = {}) {
  const on = targets().filter((row) => !row.hasAttribute("data-gone"));
  if (!on.length || !desk().dataset.verdicts) return;
  once(async () => {
    const flags = on.map((row) => row.dataset.flag);
    const answer = await post(desk().dataset.verdicts + window.location.search, { flags, decision, ...fields });
    undoable = flags;
    keepUndo({ url: desk().dataset.undo, flags, words: answer.words });
    document.getElementById("notices").replaceChildren();
    for (const row of on) {
      choose(row, false);
      decided(row, decision, answer.label);
    }
    showUndo({ url: desk().dataset.undo, words: answer.words });
    said(answer);
    stand(nextOpen(on[on.length - 1]));
    if (isDone()) window.location.reload(); // the next page of what waits, or the word that nothing does
  });
}

/** Whether a list of what waits has nothing left that waits; what was folded away still does. */
function isDone() {
  const list = document.querySelector(".waiting");
  return list !== null && !list.querySelector("[data-flag]:not([data-decided])");
}

/** The next row that waits for a verdict, else the one before it, else where we are. */
function nextOpen(from) {
  const all = rows();
  const at = all.indexOf(from);
  const open = (row) => !row.hasAttribute("data-decided");
  return all.slice(at + 1).find(open) ?? all.slice(0, at).findLast(open) ?? from;
}

function decided(row, decision, words) {
  if (decision) row.dataset.decided = decision;
  else delete row.dataset.decided;
  row.querySelector("[data-decision]").textContent = words;
}

function said(answer) {
  const sitting = document.getElementById("sitting");
  if (sitting && answer.sitting) sitting.textContent = answer.sitting;
}

function undo() {
  const last = undoable.length ? { url: desk().dataset.undo, flags: undoable } : lastUndo();
  if (!last?.url) return;
  once(async () => {
    const answer = await post(last.url, { flags: last.flags });
    keepUndo(null);
    undoable = [];
    const back = rows().filter((each) => last.flags.map(String).includes(each.dataset.flag));
    if (!back.length) window.location.reload(); // they were decided elsewhere and are not in this list yet
    back.forEach((row) => decided(row, "", ""));
    showUndo({ words: answer.words });
    said(answer);
    stand(back[0]);
  });
}

function refused(error) {
  if (!(error instanceof Refused)) throw error;
  const line = document.createElement("p");
  line.className = "notice notice-error";
  line.textContent = error.message;
  document.getElementById("notices").replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
  look();
}

function openRetake() {
  const dialog = document.getElementById("retake");
  if (!dialog || !targets().length) return;
  const why = refusalOf(stages());
  if (why) {
    ask({ stages: stages(), count: targets().length, why });
    return;
  }
  dialog.querySelector("[data-count]").textContent = String(targets().length);
  const likely = dialog.querySelector(`[name=reason][value="${targets()[0].dataset.reason}"]`);
  if (likely) likely.checked = true;
  dialog.showModal();
  (dialog.querySelector("[name=reason]:checked") ?? dialog.querySelector("[name=reason]")).focus();
}

const stages = () => [...new Set(targets().map((row) => row.dataset.stage))];

function sendRetake(dialog) {
  const { reason, note } = dialog.querySelector("form").elements;
  dialog.close();
  decide("retake", { reason: reason.value, note: note.value });
  note.value = "";
}

function assign(person) {
  const on = targets();
  once(async () => {
    const answer = await give(on.map((row) => row.dataset.flag), person);
    on.forEach((row) => {
      row.querySelector("[data-assigned]").textContent = answer.assigned[row.dataset.flag] ?? "";
      choose(row, false);
    });
    showUndo({ words: answer.words });
    stand(on[on.length - 1]);
  });
}

/** Show what others did: who looks at what, what was decided, what a new take has made old. */
function told(states) {
  for (const row of document.querySelectorAll("[data-flag]")) {
    const state = states[row.dataset.flag];
    if (!state) continue;
    const place = row.querySelector("[data-holder]");
    if (place.textContent !== state.holder) place.textContent = state.holder;
    row.classList.toggle("held", Boolean(state.holder));
    row.querySelector("[data-assigned]").textContent = state.assigned;
    row.toggleAttribute("data-gone", state.gone);
    if (busy || (row.dataset.decided ?? "") === state.decision) continue;
    decided(row, state.decision, state.words);
    if (state.decision) choose(row, false);
  }
}

function density(name) {
  localStorage.setItem(DENSITY, name);
  showDensity();
}

function showDensity() {
  const kept = localStorage.getItem(DENSITY) ?? "medium";
  document.querySelectorAll(".contact").forEach((sheet) => (sheet.dataset.density = kept));
  document.querySelectorAll("[data-do=density]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.density === kept));
  });
}

const COMMANDS = {
  down: (event) => move("down", event),
  up: (event) => move("up", event),
  left: (event) => move("left", event),
  right: (event) => move("right", event),
  open: () => current()?.querySelector("a").click(),
  choose: () => choose(current()),
  none: () => chosen().forEach((row) => choose(row, false)),
  all: () => rows().forEach((row) => choose(row, !row.hasAttribute("data-decided"))),
  fold: (_event, from) => {
    const group = from.closest("[data-group]");
    fold(group, !group.hasAttribute("data-folded"));
  },
  group: (_event, from) => {
    const group = from.closest("[data-group]");
    fold(group, false);
    const inside = [...group.querySelectorAll("[data-flag]:not([data-decided])")];
    const on = inside.some((row) => !row.querySelector("[name=flags]").checked);
    inside.forEach((row) => choose(row, on));
    stand(inside[0]);
  },
  density: (_event, from) => density(from.dataset.density),
  ok: () => decide("ok"),
  intended: () => decide("intended"),
  false_alarm: () => decide("false_alarm"),
  retake: openRetake,
  assign: () => targets().length && ask({ stages: stages(), count: targets().length }),
  undo,
  view: () => document.querySelector("[data-view]:not([aria-current=true])")?.click(),
};

function retakeKeys(dialog) {
  dialog.addEventListener("keydown", (event) => {
    const typing = event.target.tagName === "TEXTAREA";
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.value !== "cancel") {
      event.preventDefault();
      sendRetake(dialog);
    } else if (/^[1-9]$/.test(keyOf(event)) && !typing) {
      const reason = dialog.querySelectorAll("[name=reason]")[Number(event.key) - 1];
      if (reason) reason.checked = true;
      reason?.focus();
    }
  });
}

function onClick(event) {
  const from = event.target.closest("[data-do]");
  if (!from) return;
  event.preventDefault();
  if (from.dataset.do === "retake-send") sendRetake(document.getElementById("retake"));
  else COMMANDS[from.dataset.do]?.(event, from);
}

let look = () => {};

function start() {
  listen(KEYS, (command, event) => COMMANDS[command](event));
  const dialog = document.getElementById("retake");
  if (dialog) retakeKeys(dialog);
  onChoice(assign);
  document.addEventListener("click", onClick);
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
  document.addEventListener("htmx:afterSettle", () => {
    count();
    showDensity();
  });
  const ids = () => [...document.querySelectorAll("[data-flag]")].map((row) => row.dataset.flag);
  look = watch(() => desk().dataset.states, ids, told);
  showDensity();
  showUndo(lastUndo());
  if (!document.activeElement || document.activeElement === document.body) stand(rows()[0]);
}

start();
