// A folder dropped anywhere on a cut, or on its card: the upload panel opens in place and takes it.

import { watchDrops } from "./files.js";
import { mount } from "./upload.js";

let sender = null;
let shown = "";

/** Open the panel of `url` in `place` and give it the files; one that is sending is never taken away. */
export async function open(place, url, files) {
  if (sender?.isSending) {
    sender.trouble(sender.words.wordBusy);
  } else {
    if (!sender || shown !== url) {
      await window.htmx.ajax("GET", url, { target: place, swap: "innerHTML", select: "#upload" });
      sender = mount(place.querySelector("#upload"));
      shown = url;
    }
    place.dataset.shown = url;
    if (files) sender.take(files);
  }
  place.scrollIntoView({ block: "start", behavior: "smooth" });
}

/** Put the panel away; one that is sending stays, and what the server has is not touched. */
function close() {
  if (sender?.isSending) return sender.trouble(sender.words.wordBusy);
  document.getElementById("upload-here").replaceChildren();
  sender = null;
}

document.addEventListener("click", (event) => event.target.closest('#upload-here [data-part="close"]') && close());

const place = document.getElementById("upload-here");
if (place?.dataset.url) {
  watchDrops(place.dataset.word, (files) => open(place, place.dataset.url, files));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-upload-url]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(place, opener.dataset.uploadUrl, null);
  });
}
