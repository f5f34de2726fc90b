// Makes SHA-256 digests of files, so that the page can say what is new before anything is sent.

const FILE_MAX_BYTES = 256 * 1024 * 1024;
const ALL_MAX_BYTES = 1536 * 1024 * 1024;

/** Return Map path → digest in hex; empty where the browser may not (no HTTPS) or there is too much to read. */
export async function digestsOf(files, onProgress, isStale) {
  const digests = new Map();
  const small = [...files].filter(([, file]) => file.size <= FILE_MAX_BYTES);
  const size = small.reduce((all, [, file]) => all + file.size, 0);
  if (!window.crypto?.subtle || size > ALL_MAX_BYTES) return digests;
  for (const [path, file] of small) {
    if (isStale()) return new Map();
    const digest = new Uint8Array(await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    digests.set(path, [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    onProgress(digests.size, small.length);
  }
  return digests;
}
