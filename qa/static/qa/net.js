// Talking to the server: forms as they are, answers as JSON, errors as the server's own sentence.

/** The token that Django asks for with every POST; any form of the page carries it. */
function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function body(fields) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", token());
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) data.append(name, one);
  }
  return data;
}

/** An answer of the server that is not a success; `message` is fit for people. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.message ?? document.querySelector("[data-offline]")?.dataset.offline ?? "");
    this.status = status;
    this.code = answer.code ?? "";
    this.data = answer.data ?? {};
  }
}

/** POST fields and return the JSON answer. Throws Refused, also when the connection is broken. */
export async function post(url, fields = {}) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: body(fields),
      headers: { Accept: "application/json" },
      keepalive: true,
    });
  } catch {
    throw new Refused(0, {});
  }
  const spoken = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (response.redirected || (response.status === 403 && !spoken)) {
    window.location.reload(); // signed out, or a page from before it: the sign-in page comes back here
  }
  if (!spoken) throw new Refused(response.status, {});
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** Say something while the page is going away; nobody waits for an answer. */
export function farewell(url) {
  navigator.sendBeacon(url, body({}));
}

/** Fetch a part of a page as text. */
export async function part(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response) throw new Refused(0, {});
  if (!response.ok || response.redirected) throw new Refused(response.status, {});
  return response.text();
}

/** Fetch JSON. */
export async function json(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response) throw new Refused(0, {});
  if (!response.ok || response.redirected) throw new Refused(response.status, {});
  return response.json();
}
