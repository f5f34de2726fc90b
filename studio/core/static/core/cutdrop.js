// A folder dropped anywhere on a cut: the upload panel opens in place and takes it.

import { watchDrops } from "./files.js";
import { mount } from "./upload.js";

const place = document.getElementById("upload-here");
let sender = null;

async function panel() {
  if (sender) return sender;
  await window.htmx.ajax("GET", place.dataset.url, { target: place, swap: "innerHTML", select: "#upload" });
  sender = mount(place.querySelector("#upload"));
  return sender;
}

if (place) {
  watchDrops(place.dataset.word, async (files) => {
    (await panel()).take(files);
    place.scrollIntoView({ block: "start" });
  });
}
