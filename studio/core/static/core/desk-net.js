// Talking to the server: JSON out, an answer or its own sentence back; pictures of the preview process in one answer.

/** Return the token that the server asks for with every POST. */
export function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** An answer of the server that is not a success; `message` is fit for people. */
export class Refused extends Error {
  constructor(answer, status) {
    super(answer.message ?? "");
    this.code = answer.code ?? "";
    this.data = answer.data ?? {};
    this.status = status;
  }
}

/** POST JSON and return the response; throws Refused with the server's own sentence. */
export async function send(url, body, signal) {
  const form = body instanceof FormData;
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  if (!form) headers["Content-Type"] = "application/json";
  const response = await fetch(url, { method: "POST", headers, signal, body: form ? body : JSON.stringify(body) });
  if (response.ok && !response.redirected) return response;
  const spoken = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  throw new Refused(spoken ? await response.json() : {}, response.status);
}

/** Split an answer of the preview process: 4 bytes, a JSON header, pictures. */
export async function unpack(response) {
  const buffer = await response.arrayBuffer();
  const length = new DataView(buffer).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const pictures = header.blobs.map((size) => {
    at += size;
    return new Blob([buffer.slice(at - size, at)], { type: "image/png" });
  });
  return { header, pictures: await Promise.all(pictures.map((blob) => createImageBitmap(blob))) };
}
