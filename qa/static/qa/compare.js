// Two takes of a cut against each other: which drawings changed, and which pixels of a frame.

const TOLERANCE = 8; // of 255 per channel: less is what scaling and saving do
const FADE = 0.22; // how much of the drawing stays visible behind the difference
const COLOURS = { here: [230, 97, 0], there: [26, 115, 232], both: [214, 39, 168] }; // told apart by the colour-blind

/**
 * Say of each drawing of `here` what it is against `there`.
 *
 * Returns {of: Map(id -> {state: "same" | "changed" | "new", twin, as}), gone: [drawing of there]}; `as` is the
 * drawing of the other take with the very same pixels under another number.
 */
export function changes(here, there) {
  const byPlace = new Map();
  const byContent = new Map();
  for (const [id, each] of Object.entries(there.drawings)) {
    for (const number of each.numbers) byPlace.set(`${each.cell} ${number}`, { id: Number(id), ...each });
    if (!byContent.has(each.content)) byContent.set(each.content, each);
  }
  const met = new Set();
  const of = new Map();
  for (const [id, each] of Object.entries(here.drawings)) {
    const twins = each.numbers.map((number) => byPlace.get(`${each.cell} ${number}`));
    const there = twins.filter(Boolean);
    for (const twin of there) met.add(twin.id);
    of.set(Number(id), { state: stateOf(each, twins), twin: there[0]?.id ?? null, as: elsewhere(each, there, byContent) });
  }
  const gone = Object.entries(there.drawings)
    .filter(([id]) => !met.has(Number(id)))
    .map(([, each]) => each);
  return { of, gone };
}

function stateOf(drawing, twins) {
  if (!twins.some(Boolean)) return "new";
  return twins.every((twin) => twin?.content === drawing.content) ? "same" : "changed";
}

function elsewhere(drawing, twins, byContent) {
  return twins.some((twin) => twin.content === drawing.content) ? null : (byContent.get(drawing.content) ?? null);
}

/**
 * Compare two frames pixel by pixel on white paper, in px of `size` but at most `limit` px wide.
 *
 * Returns {canvas, changed, share}: what is drawn only here, only there, or in another colour, over a faded copy.
 * The count is in px of the full size.
 */
export function difference(here, there, size, limit = 1920) {
  const scale = Math.min(1, limit / size.width);
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const a = flat(here, size, width, height);
  const b = flat(there, size, width, height);
  const found = mark(a.data, b.data);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").putImageData(a, 0, 0);
  return { canvas, changed: Math.round(found / (scale * scale)), share: found / (width * height) };
}

/** Return where a side lies on a sheet of another size: as large as fits, in the middle. */
export function place(side, size) {
  const scale = Math.min(size.width / side.size.width, size.height / side.size.height);
  const dx = (size.width - side.size.width * scale) / 2;
  return { scale, dx, dy: (size.height - side.size.height * scale) / 2 };
}

/** Paint a side on white and return its pixels. */
function flat(side, size, width, height) {
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", {
    willReadFrequently: true,
  });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  const { scale, dx, dy } = place(side, size);
  context.scale(width / size.width, height / size.height);
  context.translate(dx, dy);
  context.scale(scale, scale);
  for (const { image, width: w, height: h } of side.pictures) context.drawImage(image, 0, 0, w, h);
  return context.getImageData(0, 0, width, height);
}

/** Write the difference into `a`; return how many pixels differ. */
function mark(a, b) {
  let found = 0;
  for (let i = 0; i < a.length; i += 4) {
    const [r, g, blue] = [a[i] - b[i], a[i + 1] - b[i + 1], a[i + 2] - b[i + 2]];
    const most = Math.max(Math.abs(r), Math.abs(g), Math.abs(blue));
    if (most <= TOLERANCE) {
      const grey = 255 - (255 - (a[i] * 54 + a[i + 1] * 183 + a[i + 2] * 19) / 256) * FADE;
      a[i] = a[i + 1] = a[i + 2] = grey;
      continue;
    }
    found += 1;
    const darker = r + g + blue;
    const isColour = Math.abs(darker) < most; // as light as before, but of another hue
    const [x, y, z] = isColour ? COLOURS.both : darker < 0 ? COLOURS.here : COLOURS.there;
    a[i] = x;
    a[i + 1] = y;
    a[i + 2] = z;
  }
  return found;
}

const tinted = new WeakMap();

/** Return a copy of a picture as ink of one colour on nothing, for the onion skin. Kept with the picture. */
export function ink(image, colour, width = 1280) {
  const known = tinted.get(image) ?? {};
  const key = colour.join();
  if (known[key]) return known[key];
  const w = Math.min(width, image.naturalWidth || image.width);
  const h = Math.max(1, Math.round((w * (image.naturalHeight || image.height)) / (image.naturalWidth || image.width)));
  const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, w, h);
  const picture = context.getImageData(0, 0, w, h);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const dark = 255 - (data[i] * 54 + data[i + 1] * 183 + data[i + 2] * 19) / 256;
    data[i + 3] = (data[i + 3] * (40 + dark * 0.84)) / 255;
    if (dark < 6) data[i + 3] = 0; // paper
    [data[i], data[i + 1], data[i + 2]] = colour;
  }
  context.putImageData(picture, 0, 0);
  tinted.set(image, { ...known, [key]: canvas });
  return canvas;
}
