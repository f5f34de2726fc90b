// Out and in: a sidecar as a file, and the order to draw in full size.

import { send } from "./desk-net.js";

const NAMES = ["select[name=stage]", "select[name=engine]"];

/** Hand JSON to the reader as a file. */
export function save(told, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(told, null, 1)}\n`], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Return the JSON of the file that was chosen, null where it is none, undefined where nothing was chosen. */
export async function chosen(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return undefined;
  try {
    return JSON.parse(await file.text());
  } catch {
    return null;
  }
}

/** Place the order with stage and engine, and go to its proposal; a refusal is shown where the button is. */
export async function place(desk, button, url, body) {
  const fields = NAMES.map((name) => desk.find(name)).filter(Boolean);
  button.disabled = true;
  try {
    const answer = await send(url, { ...body, ...Object.fromEntries(fields.map((field) => [field.name, field.value])) });
    window.location.assign((await answer.json()).url);
  } catch (error) {
    button.disabled = false;
    refused(desk, error);
  }
}

/** Show why the server said no, with the way to its page. */
export function refused(desk, error, part = "refused") {
  const box = desk.find(`[data-part=${part}]`);
  box.hidden = false;
  box.querySelector("p").textContent = error.message || desk.words.offline;
  const link = box.querySelector("a");
  if (link) link.hidden = !error.data?.url;
  if (link && error.data?.url) link.href = error.data.url;
  box.focus();
}
