// Ground, onion skin, and where something is drawn: what the canvas of every desk needs.

const GROUNDS = ["paper", "checker", "grey"];
const TILE_PX = 8;
const LINE_PART = 0.92;
const FLAT_PART = 0.16;

/** Return a picture as onion skin: its lines in one hue [red, green, blue], its paint as a breath of it. */
export function tinted(picture, [red, green, blue]) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth || picture.width, picture.naturalHeight || picture.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = image;
  const paper = isOpaque(data, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    const luma = (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255;
    const flat = paper ? 0 : FLAT_PART;
    data[at + 3] *= flat + (LINE_PART - flat) * (1 - luma) ** 2;
    [data[at], data[at + 1], data[at + 2]] = [red, green, blue];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function isOpaque(data, width, height) {
  return [0, width - 1, (height - 1) * width, width * height - 1].every((index) => data[index * 4 + 3] > 250);
}

/** Return the part of a picture that is not clear, [left, top, right, bottom], or null. */
export function drawnBox(picture) {
  const shrink = Math.min(1, 256 / Math.max(picture.naturalWidth, picture.naturalHeight));
  const [w, h] = [Math.max(1, Math.round(picture.naturalWidth * shrink)), Math.max(1, Math.round(picture.naturalHeight * shrink))];
  const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, w, h);
  const { data } = context.getImageData(0, 0, w, h);
  if (isOpaque(data, w, h)) return null;
  let box = null;
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      if (data[(y * w + x) * 4 + 3] < 8) continue;
      box ??= [x, y, x, y];
      box = [Math.min(box[0], x), box[1], Math.max(box[2], x + 1), y + 1];
    }
  }
  return box?.map((value) => value / shrink) ?? null;
}

/** Return the next ground. */
export function nextGround(ground) {
  return GROUNDS[(GROUNDS.indexOf(ground) + 1) % GROUNDS.length];
}

export function paintGround(context, [width, height], ground, scale) {
  context.fillStyle = ground === "paper" ? "#fff" : "#8a8a8a";
  context.fillRect(0, 0, width, height);
  if (ground === "checker") {
    const pattern = context.createPattern(tile(), "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / scale));
    context.fillStyle = pattern;
    context.fillRect(0, 0, width, height);
  }
  context.strokeStyle = "rgb(0 0 0 / .5)";
  context.lineWidth = 1 / scale;
  context.strokeRect(0, 0, width, height);
}

let tiles = null;
function tile() {
  if (tiles) return tiles;
  tiles = Object.assign(document.createElement("canvas"), { width: TILE_PX * 2, height: TILE_PX * 2 });
  const context = tiles.getContext("2d");
  context.fillStyle = "#9c9c9c";
  context.fillRect(0, 0, TILE_PX, TILE_PX);
  context.fillRect(TILE_PX, TILE_PX, TILE_PX, TILE_PX);
  return tiles;
}
