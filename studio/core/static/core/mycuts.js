// My cuts: cards that change by themselves, arrows from card to card, and a folder dropped on the card it belongs to.

import { open } from "./cutdrop.js";
import { fromDrop } from "./files.js";

const AT_WORK_MS = 2500;
const QUIET_MS = 20000;
const cards = document.getElementById("my-cards");
const place = document.getElementById("upload-here");
const links = () => [...cards.querySelectorAll("[data-card]")];

function shownAgain(fresh) {
  const groups = (root) => [...root.querySelectorAll("[data-group]")].map((each) => each.dataset.group).join();
  const ids = (root) => [...root.querySelectorAll(".my-card")].map((each) => each.id).join();
  const focused = document.activeElement?.closest?.(".my-card")?.id;
  if (groups(fresh) !== groups(cards) || ids(fresh) !== ids(cards)) {
    // A card went to another group: all of them are set anew.
    cards.querySelectorAll("[data-group]").forEach((group) => group.remove());
    cards.prepend(...fresh.querySelectorAll("[data-group]"));
  } else {
    for (const card of fresh.querySelectorAll(".my-card")) {
      const old = document.getElementById(card.id);
      if (old.dataset.version !== card.dataset.version) old.replaceWith(card);
    }
  }
  if (focused && !document.activeElement?.closest?.(".my-card")) document.querySelector(`#${focused} [data-card]`)?.focus();
  document.body.dispatchEvent(new CustomEvent("sakkan:shown"));
}

async function refresh() {
  const url = new URL(window.location.href);
  url.searchParams.set("part", "cards");
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  shownAgain(new DOMParser().parseFromString(await answer.text(), "text/html").body);
}

let timer = 0;
function again() {
  window.clearTimeout(timer);
  timer = window.setTimeout(async () => {
    if (document.visibilityState === "visible") await refresh();
    again();
  }, cards.querySelector("[data-at-work]") ? AT_WORK_MS : QUIET_MS);
}

/** Go to the card beside, or to the nearest one in the row above or below. */
function go(key) {
  const all = links();
  const here = all.indexOf(document.activeElement?.closest?.(".my-card")?.querySelector("[data-card]"));
  if (here < 0) return all[0]?.focus();
  if (key === "ArrowLeft" || key === "ArrowRight") return all[here + (key === "ArrowRight" ? 1 : -1)]?.focus();
  const box = (link) => link.closest(".my-card").getBoundingClientRect();
  const from = box(all[here]);
  const isDown = key === "ArrowDown";
  const beyond = all.filter((link) => (isDown ? box(link).top >= from.bottom - 1 : box(link).bottom <= from.top + 1));
  const far = (link) => Math.abs(box(link).top - from.top) * 4 + Math.abs(box(link).left - from.left);
  beyond.sort((one, other) => far(one) - far(other))[0]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    return go(event.key);
  }
  if (event.key !== "u") return;
  const card = document.activeElement?.closest?.(".my-card") ?? cards.querySelector(".my-card");
  if (card?.dataset.upload) open(place, card.dataset.upload, null);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-upload-url]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(place, opener.dataset.uploadUrl, null);
});

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const cardOf = (event) => event.target.closest?.(".my-card[data-upload]");

function mark(card) {
  document.querySelectorAll(".drop-here").forEach((each) => each !== card && each.classList.remove("drop-here"));
  card?.classList.add("drop-here");
}

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  mark(cardOf(event));
});
document.addEventListener("dragleave", (event) => !event.relatedTarget && mark(null));
document.addEventListener("drop", async (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  mark(null);
  const panel = place.querySelector("#upload");
  const url = cardOf(event)?.dataset.upload ?? (panel?.contains(event.target) ? place.dataset.shown : null);
  const files = await fromDrop(event.dataTransfer);
  if (url) return open(place, url, files);
  const said = document.createElement("p");
  said.className = "notice notice-warning";
  said.textContent = place.dataset.wordCard;
  document.getElementById("notices").replaceChildren(said);
});
document.body.addEventListener("jobs-changed", refresh);
again();
