// Pictures, decoded once and kept for a while, and where the figure stands in them.

const KEPT = 80;
const PROBE_PX = 192; // the figure is looked for in a small copy
const kept = new Map();
const figures = new WeakMap(); // picture → where its figure stands; looked for once

/** Return a promise of the decoded picture; asking again costs nothing. */
export function picture(url) {
  if (kept.has(url)) {
    const again = kept.get(url);
    kept.delete(url);
    kept.set(url, again);
    return again;
  }
  const image = new Image();
  image.src = url;
  const ready = image.decode().then(() => image);
  ready.catch(() => kept.delete(url));
  kept.set(url, ready);
  while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return ready;
}

/** Load pictures that will be wanted soon; a failure is no matter. */
export function preload(urls) {
  for (const url of urls) {
    if (url) picture(url).catch(() => {});
  }
}

/** Return {width, height} of a picture, a canvas or a bitmap, in its own px. */
export function sizeOf(image) {
  return { width: image.naturalWidth || image.width, height: image.naturalHeight || image.height };
}

/** Return {x0, y0, x1, y1} of what is drawn, in px of the picture: by alpha, or against the paper's colour. */
export function figureBox(image) {
  if (!(image instanceof HTMLImageElement)) return foundIn(image); // a canvas may be painted anew
  if (!figures.has(image)) figures.set(image, foundIn(image));
  return { ...figures.get(image) };
}

function foundIn(image) {
  const { width, height } = sizeOf(image);
  const shrink = Math.min(1, PROBE_PX / Math.max(width, height));
  const w = Math.max(1, Math.round(width * shrink));
  const h = Math.max(1, Math.round(height * shrink));
  const context = Object.assign(document.createElement("canvas"), { width: w, height: h }).getContext("2d", {
    willReadFrequently: true,
  });
  context.drawImage(image, 0, 0, w, h);
  const { data } = context.getImageData(0, 0, w, h);
  const box = bounds(data, w, h, isInk(data, w, h));
  if (!box) return { x0: 0, y0: 0, x1: width, y1: height };
  return { x0: box.x0 / shrink, y0: box.y0 / shrink, x1: box.x1 / shrink, y1: box.y1 / shrink };
}

function isInk(data, w, h) {
  const corners = [0, w - 1, (h - 1) * w, h * w - 1].map((index) => index * 4);
  if (corners.some((at) => data[at + 3] < 32)) return (at) => data[at + 3] > 32;
  const [red, green, blue] = [0, 1, 2].map((channel) => data[corners[0] + channel]);
  return (at) =>
    Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) > 48;
}

function bounds(data, w, h, ink) {
  let [x0, y0, x1, y1] = [w, h, -1, -1];
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      if (!ink((y * w + x) * 4)) continue;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = y;
    }
  }
  return x1 < 0 ? null : { x0, y0, x1: x1 + 1, y1: y1 + 1 };
}

/**
 * Return {scale, dx, dy} that lays `approved` over `drawn` (both figure boxes): the same height, feet on the
 * same line, the same middle. A point of the approved drawing p lands at p * scale + (dx, dy).
 */
export function align(drawn, approved) {
  const scale = (drawn.y1 - drawn.y0) / Math.max(1, approved.y1 - approved.y0);
  const dx = (drawn.x0 + drawn.x1) / 2 - ((approved.x0 + approved.x1) / 2) * scale;
  return { scale, dx, dy: drawn.y1 - approved.y1 * scale };
}
