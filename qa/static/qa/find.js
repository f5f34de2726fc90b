// Find drawings like this: arrows over the contact sheet, a picture dropped or pasted. The page works without it.

const KEPT = "sakkan-find-picture";
const SMALL_PX = 480;
const form = document.querySelector("[data-find-picture]");
const field = form?.querySelector("input[type=file]");
const links = () => [...document.querySelectorAll("[data-found]")];

/** Go to the drawing beside, or to the nearest one in the row above or below. */
function go(key) {
  const all = links();
  const here = all.indexOf(document.activeElement?.closest?.(".found-card")?.querySelector("[data-found]"));
  if (here < 0) return all[0]?.focus();
  if (key === "ArrowLeft" || key === "ArrowRight") return all[here + (key === "ArrowRight" ? 1 : -1)]?.focus();
  const box = (link) => link.closest(".found-card").getBoundingClientRect();
  const from = box(all[here]);
  const isDown = key === "ArrowDown";
  const beyond = all.filter((link) => (isDown ? box(link).top >= from.bottom - 1 : box(link).bottom <= from.top + 1));
  const far = (link) => Math.abs(box(link).top - from.top) * 4 + Math.abs(box(link).left - from.left);
  beyond.sort((one, other) => far(one) - far(other))[0]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && links().length) {
    event.preventDefault();
    go(event.key);
  } else if (event.key === "f") {
    document.activeElement?.closest?.(".found-card")?.querySelector("[data-like]")?.click();
  }
});

// The picture itself is not kept by the studio: this tab alone remembers it, small, to show what was searched for.
async function remember(file) {
  sessionStorage.removeItem(KEPT);
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SMALL_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    sessionStorage.setItem(KEPT, canvas.toDataURL("image/webp", 0.8));
  } catch {
    // a kind that the browser cannot show (TGA, PSD): the search goes on without a preview
  }
}

async function send(files) {
  const file = [...files][0];
  if (!file) return;
  const chosen = new DataTransfer();
  chosen.items.add(file);
  field.files = chosen.files;
  await remember(file);
  form.submit();
}

form?.addEventListener("submit", async (event) => {
  if (!field.files.length) return;
  event.preventDefault();
  await remember(field.files[0]);
  form.submit();
});
form?.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("is-over");
});
form?.addEventListener("dragleave", () => form.classList.remove("is-over"));
form?.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("is-over");
  send(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  if (!event.target.closest?.("input[type=search], textarea") && event.clipboardData?.files.length) send(event.clipboardData.files);
});

const own = document.querySelector("[data-own-picture]");
const kept = sessionStorage.getItem(KEPT);
if (own && kept) {
  own.src = kept;
  own.hidden = false;
}
