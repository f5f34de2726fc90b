// A draft of a model sheet: drawings by drop, colours by eyedropper.

import { watchDrops } from "./files.js";

const add = document.getElementById("sheet-add");
if (add) {
  watchDrops(add.dataset.word, (files) => {
    const transfer = new DataTransfer();
    [...files.values()].forEach((file) => transfer.items.add(file));
    add.querySelector("input[type=file]").files = transfer.files;
    add.requestSubmit();
  });
}

const picker = document.getElementById("picker");
const part = (name) => picker.querySelector(`[data-picker="${name}"]`);
let point = null;

function preview() {
  const canvas = part("picture");
  const [red, green, blue, alpha] = canvas.getContext("2d").getImageData(point.x, point.y, 1, 1).data;
  const hex = `#${[red, green, blue].map((v) => v.toString(16).padStart(2, "0")).join("")}`;
  const patch = part("colour").getContext("2d");
  patch.clearRect(0, 0, 28, 28);
  if (alpha) {
    patch.fillStyle = hex;
    patch.fillRect(0, 0, 28, 28);
  }
  part("hex").textContent = alpha ? hex : "–";
  part("set").disabled = !alpha;
  const form = picker.querySelector("form");
  form.elements.x.value = point.x;
  form.elements.y.value = point.y;
}

function move(x, y) {
  const canvas = part("picture");
  const within = (value, most) => Math.max(0, Math.min(most - 1, Math.floor(value)));
  point = { x: within(x, canvas.width), y: within(y, canvas.height) };
  preview();
}

async function open(button) {
  const image = new Image();
  image.src = button.dataset.src;
  await image.decode();
  const canvas = part("picture");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0);
  const form = picker.querySelector("form");
  form.setAttribute("hx-post", button.dataset.post);
  window.htmx.process(form);
  part("set").disabled = true;
  picker.showModal();
}

if (picker) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (button) open(button);
  });
  part("close").addEventListener("click", () => picker.close());
  part("picture").addEventListener("click", (event) => {
    const canvas = part("picture");
    const box = canvas.getBoundingClientRect();
    move(((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height);
  });
  part("picture").addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const from = point ?? { x: part("picture").width / 2, y: part("picture").height / 2 };
    move(from.x + step[0], from.y + step[1]);
  });
}
