// Lists what lies in a zip without unpacking it, so that its names can be read before anything is sent.

const TAIL_BYTES = 65557; // the end record and the longest comment behind it
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const ENTRIES_MAX = 20000;

function nameOf(bytes, isUtf8) {
  if (isUtf8) return new TextDecoder("utf-8").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

async function directoryOf(file) {
  const start = Math.max(0, file.size - TAIL_BYTES);
  const tail = new DataView(await file.slice(start).arrayBuffer());
  for (let at = tail.byteLength - 22; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue;
    const [size, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
    if (offset === 0xffffffff || offset + size > file.size) return null;
    return new DataView(await file.slice(offset, offset + size).arrayBuffer());
  }
  return null;
}

/** Return [[path, bytes], …] of a zip's files; empty where it cannot be read here: the server will say what it finds. */
export async function entriesOf(file) {
  const directory = await directoryOf(file).catch(() => null);
  const found = [];
  let at = 0;
  while (directory && at + 46 <= directory.byteLength && directory.getUint32(at, true) === ENTRY) {
    const [named, extra, comment] = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
    const bytes = new Uint8Array(directory.buffer, at + 46, named);
    const name = nameOf(bytes, directory.getUint16(at + 8, true) & 0x800).replaceAll("\\", "/");
    if (!name.endsWith("/")) found.push([name, directory.getUint32(at + 24, true)]);
    if (found.length >= ENTRIES_MAX) break;
    at += 46 + named + extra + comment;
  }
  return found;
}
