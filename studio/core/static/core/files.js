// Turns what was dropped or chosen into a map of path → File, folders included.

async function entriesOf(reader) {
  const all = [];
  for (;;) {
    // A browser gives at most a hundred entries at once and an empty list at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.set(entry.fullPath.replace(/^\/+/, ""), file);
    return;
  }
  for (const child of await entriesOf(entry.createReader())) await walk(child, found);
}

export async function fromDrop(transfer) {
  // The list of items is emptied as soon as this turn of the event loop ends: take the entries first.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  const found = new Map();
  for (const entry of entries) await walk(entry, found);
  if (!entries.length) plain.forEach((file) => found.set(file.name, file));
  return found;
}

export function fromInput(input) {
  return new Map([...input.files].map((file) => [file.webkitRelativePath || file.name, file]));
}

export function watchDrops(word, take) {
  let depth = 0;
  let sheet = null;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const hide = () => {
    depth = 0;
    sheet?.remove();
    sheet = null;
  };
  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth += 1;
    if (sheet) return;
    sheet = document.createElement("div");
    sheet.className = "drag-sheet";
    sheet.textContent = word;
    document.body.append(sheet);
  });
  document.addEventListener("dragleave", (event) => {
    if (hasFiles(event) && (depth -= 1) <= 0) hide();
  });
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hide();
    take(await fromDrop(event.dataTransfer));
  });
}
