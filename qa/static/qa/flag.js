// The flag page: keys, verdicts, and the next flag on the screen before the hand has left the key.
//
// The next flag is shown while the verdict is on its way, when its page and pictures are at hand. A refusal brings the
// flag back as it was left, with the reason; when somebody has already begun to write on the next one, it asks first.

import { fetchAhead, isAhead, noteDecided, pageOf, parsed, wasDecided } from "./ahead.js";
import { ask, give, onChoice } from "./assign.js";
import { FlagPage } from "./flagpage.js";
import { listen } from "./keys.js";
import { watch } from "./live.js";
import { json, part, post, Refused } from "./net.js";
import { timed } from "./pace.js";
import { remembered } from "./stage.js";
import { visited, wayBack } from "./trail.js";
import { keepUndo, lastUndo, showUndo } from "./undo.js";

const KEYS = {
  1: "side", 2: "onion", 3: "wipe", 4: "difference", h: "heat", o: "outline", v: "lies", b: "ground", g: "channels", m: "mirror", z: "region",
  "+": "closer", "=": "closer", "-": "farther", 0: "fit", c: "other", " ": "play", ",": "before", ".": "after",
  ArrowLeft: "before", ArrowRight: "after", "[": "cut-before", "]": "cut-after", Escape: "back",
  n: "next", p: "previous", a: "ok", i: "intended", r: "retake", f: "false_alarm", u: "undo", w: "note", q: "queue", s: "scope",
  k: "assign", l: "room",
}; // prettier-ignore

const settings = remembered();
let page = null;
let look = () => {};
let posting = Promise.resolve(); // verdicts go out one after the other: each is counted in the sitting
let parked = null; // a page whose verdict was refused while the next one was already being worked on

/** Send a verdict; show the next flag at once where it is at hand, else when the answer says which it is. */
async function decide(decision, event, more = {}) {
  const from = page;
  if (!from.form || from.busy || !from.root.dataset.ready) return; // nobody decides about what is not on the screen
  from.busy = true;
  const painted = timed(event);
  const fields = from.fields(decision, more);
  const answer = posting.then(() => post(from.form.action, fields));
  send(answer);
  if (!fields.scope && isAhead(from.data.next)) {
    noteDecided([from.data.flag]);
    const gone = went(from.data.next);
    answer.then(told, async (error) => {
      if (await gone) bringBack(from, error);
    });
    if (await gone) return painted();
  }
  try {
    const found = await answer;
    noteDecided(found.flags);
    await go(found.next ?? found.queue);
    told(found);
    await painted();
  } catch (error) {
    notice(error);
  } finally {
    from.busy = false;
  }
}

/** Keep the order of the verdicts that are on their way; the page carries a mark until the last has arrived. */
function send(answer) {
  document.documentElement.dataset.posting = "";
  const sent = answer.catch(() => {});
  posting = sent;
  sent.then(() => sent === posting && delete document.documentElement.dataset.posting);
}

/** Go to a flag; whether it worked. */
function went(url) {
  return go(url).then(
    () => true,
    () => false,
  );
}

/** A verdict was refused, but its flag has left the screen: put it back as it was. */
function bringBack(from, error) {
  if (!(error instanceof Refused)) throw error;
  noteDecided([from.data.flag], false);
  parked = from;
  if (page.isTouched) {
    offer(error);
    return;
  }
  unpark();
  notice(error);
}

function unpark() {
  if (!parked) return;
  const from = parked;
  parked = null;
  page.release();
  show(from.again(), from.url);
  page.ready.then(() => (page.root.dataset.ready = "yes"));
  document.getElementById("notices").replaceChildren();
}

function offer(error) {
  notice(error);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-small";
  button.textContent = page.root.dataset.broughtBack;
  button.addEventListener("click", unpark);
  document.getElementById("notices").firstChild.append(" ", button);
}

async function undo() {
  await posting; // what is being taken back may still be on its way
  const last = lastUndo();
  if (!last || page.busy) return;
  const from = page;
  from.busy = true;
  try {
    const answer = await post(last.url, { flags: last.flags });
    noteDecided(last.flags, false);
    from.release();
    await go(answer.flag);
    told(answer);
  } catch (error) {
    notice(error);
  } finally {
    from.busy = false;
  }
}

/** Put another flag on the screen, from what was fetched before where it is at hand. */
async function go(url) {
  if (!url || !url.startsWith("/flags/")) {
    window.location.assign(url);
    return;
  }
  show(await pageOf(url), url);
  const shown = page;
  await shown.ready;
  if (page === shown) shown.root.dataset.ready = "yes";
}

/** Lay a page in the place of the present one. */
function show(root, url) {
  const left = page;
  const sitting = document.getElementById("sitting")?.textContent;
  left.close();
  document.getElementById("flag").replaceWith(root);
  document.body.dispatchEvent(new CustomEvent("sakkan:shown"));
  if (sitting) root.querySelector("#sitting").textContent = sitting; // the new page was fetched before the last verdict
  document.title = root.dataset.title;
  window.history.pushState({}, "", url);
  visited(url);
  open(root);
}

function open(root) {
  page = new FlagPage(root, settings);
  const opened = page;
  showUndo(lastUndo());
  look();
  opened.ready.then(() => page === opened && fetchAhead(opened.data.next));
}

/** Say what was decided, how the sitting goes, and how to take it back. */
function told(answer) {
  document.getElementById("notices").replaceChildren();
  keepUndo(answer.undo ? { url: answer.undo, flags: answer.flags, words: answer.words } : null);
  showUndo({ url: answer.undo, words: answer.words });
  const sitting = document.getElementById("sitting");
  if (sitting && answer.sitting) sitting.textContent = answer.sitting;
}

function notice(error) {
  if (!(error instanceof Refused)) throw error;
  const line = document.createElement("p");
  line.className = "notice notice-error";
  line.textContent = error.message;
  document.getElementById("notices").replaceChildren(line);
  look();
}

/** The next flag; where this page was fetched before the last verdicts, what is next has to be asked again. */
async function next() {
  let url = page.data.next;
  if (url && wasDecided(url)) {
    const fresh = parsed(await part(page.url)).querySelector("#flag-data");
    url = JSON.parse(fresh.textContent).next;
  }
  await leave(url);
}

/** The flag before: of this tab, else the one that this person decided last before it. */
async function previous() {
  const url = wayBack() ?? (await json(page.data.previous)).previous;
  if (url) await leave(url);
  else page.stage.caption("drawn", page.root.dataset.nothingBefore);
}

async function leave(url) {
  if (!url) return;
  page.release();
  await go(url);
}

async function assign(person) {
  const answer = await give([page.data.flag], person);
  page.root.querySelector("[data-assigned]").textContent = answer.assigned[page.data.flag] ?? "";
  showUndo({ words: answer.words });
}

function askWho() {
  const refusal = page.root.querySelector("#no-retake");
  ask({ stages: [page.data.stage], count: 1, why: refusal ? refusal.firstChild.textContent.trim() : "" });
}

function retake() {
  if (page.root.querySelector("#no-retake")) askWho();
  else page.openRetake();
}

const sendRetake = (event) => decide("retake", event, page.retakeFields());

const COMMANDS = {
  side: () => page.stage.viewer.set("mode", "side"),
  onion: () => page.stage.viewer.set("mode", "onion"),
  wipe: () => page.stage.viewer.set("mode", "wipe"),
  difference: () => page.stage.viewer.set("mode", "difference"),
  heat: () => page.stage.viewer.set("heat", !settings.heat),
  outline: () => page.stage.viewer.set("outline", !settings.outline),
  lies: () => page.stage.nextLies(),
  ground: () => page.stage.viewer.nextGround(),
  channels: () => page.stage.viewer.nextChannel(),
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
  "cut-at": (from) => page.stage.showCut(from.dataset.url),
  back: () => page.stage.back(),
  next,
  previous,
  ok: (_from, event) => decide("ok", event),
  intended: (_from, event) => decide("intended", event),
  false_alarm: (_from, event) => decide("false_alarm", event),
  retake,
  scope: () => page.nextScope(),
  "retake-send": (_from, event) => sendRetake(event),
  undo,
  assign: askWho,
  reload: () => window.location.reload(),
  room: () => page.data.room && window.location.assign(page.data.room),
  queue: () => window.location.assign(page.root.querySelector("[data-do=queue]").href),
  note: () => page.root.querySelector("#verdict [name=note]")?.focus(),
};

function zoom(factor) {
  const pane = page.stage.viewer.panes()[0];
  page.stage.viewer.zoom(factor, pane.width / 2, pane.height / 2);
}

function run(command, from, event) {
  Promise.resolve(COMMANDS[command]?.(from, event)).catch(notice);
}

function start() {
  const root = document.getElementById("flag");
  visited(window.location.pathname + window.location.search);
  look = watch(
    () => page.data.states,
    () => [page.data.flag],
    (states) => page.told(states[page.data.flag]),
  );
  open(root);
  page.ready.then(() => (root.dataset.ready = "yes"));
  document.addEventListener(
    "keydown",
    (event) => {
      if (page.retakeKey(event, (sent) => run("retake-send", null, sent))) event.stopPropagation();
    },
    { capture: true },
  );
  listen(KEYS, (command, event) => run(command, null, event));
  onChoice((person) => assign(person).catch(notice));
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-do]");
    if (!from || !page.root.contains(from) || !COMMANDS[from.dataset.do]) return;
    event.preventDefault();
    run(from.dataset.do, from, event);
  });
  window.addEventListener("pagehide", () => page.release());
  window.addEventListener("popstate", () => window.location.reload());
}

start();
