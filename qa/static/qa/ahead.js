// The pages and pictures of the next two flags, fetched while this one is looked at.

import { part } from "./net.js";
import { figureBox, picture, preload } from "./pictures.js";

const DEPTH = 2;
const KEPT = 6;
const kept = new Map(); // address → promise of {root, data, thumbs}
const decided = new Set(); // ids of flags that this tab has decided

/** Read the page of a flag as it came. */
export function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

function rootOf(text) {
  return document.adoptNode(parsed(text).querySelector("#flag"));
}

/** Fetch the flags behind this one, one after the other, with the pictures that they show first. */
export async function fetchAhead(url, depth = DEPTH) {
  if (!url || depth === 0 || wasDecided(url)) return;
  try {
    const { data, thumbs } = await (kept.get(url) ?? keep(url));
    preload(thumbs);
    const first = await Promise.all([data.drawing.url, data.nearest[0]?.url, data.heat].filter(Boolean).map(picture));
    first.slice(0, 2).forEach(figureBox); // where the figures stand is known before they are wanted
    const at = data.strip.findIndex((each) => each.id === data.drawing.id);
    preload([data.strip[at + 1]?.url, data.strip[at - 1]?.url]);
    await fetchAhead(data.next, depth - 1);
  } catch {
    kept.delete(url); // then it is fetched when it is wanted
  }
}

function keep(url) {
  const page = part(url).then((text) => {
    const root = rootOf(text);
    const thumbs = [...root.querySelectorAll(".desk-strip img, .nearest img")].map((image) => image.getAttribute("src"));
    return { root, thumbs, data: JSON.parse(root.querySelector("#flag-data").textContent) };
  });
  page.catch(() => kept.delete(url));
  kept.set(url, page);
  while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return page;
}

/** Return the page of a flag: what was fetched ahead, also while it is still on its way, else fetched now. */
export async function pageOf(url) {
  const ahead = kept.get(url);
  kept.delete(url);
  return ahead ? (await ahead).root : rootOf(await part(url));
}

/** Whether a flag's page is at hand or on its way, and still waits for a verdict as far as this tab knows. */
export function isAhead(url) {
  return Boolean(url && kept.has(url) && !wasDecided(url));
}

const idOf = (url) => Number(/\/flags\/(\d+)\//.exec(url)?.[1] ?? 0);

/** Whether this tab has decided about the flag. */
export function wasDecided(url) {
  return decided.has(idOf(url));
}

/** Note that flags were decided here, or that they are open again. */
export function noteDecided(ids, isDecided = true) {
  for (const id of ids) {
    if (isDecided) decided.add(Number(id));
    else decided.delete(Number(id));
  }
  kept.forEach((_page, url) => {
    if (ids.map(Number).includes(idOf(url))) kept.delete(url); // its page shows what was
  });
}
