// Out and in: the sidecar as a file, and the order to draw in full size.

import { send } from "./inbetween-draft.js";

const NAMES = ["[name=stage]", "[name=engine]"];

export function startFiles(desk) {
  const { data, work, words } = desk;

  function facts() {
    const keys = [desk.keys.a, desk.keys.b].map((key) => ({ sha256: key.sha256, number: key.number }));
    return { engine: "", model: "none", size_hw: [...desk.keys.size].reverse(), ...desk.draft.facts, keys };
  }

  function download() {
    const text = `${JSON.stringify(work.toSidecar(facts()), null, 1)}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${data.name}_${desk.keys.a.number}-${desk.keys.b.number}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function upload(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    let told = null;
    try {
      told = JSON.parse(await file.text());
    } catch {
      // no JSON: said below
    }
    if (!work.take(told)) return desk.say("no_sidecar");
    const theirs = (told.keys ?? []).map((key) => key.sha256).join();
    const others = theirs && theirs !== facts().keys.map((key) => key.sha256).join();
    return desk.say(others ? "other_keys" : "taken");
  }

  async function order(button) {
    const { chart, positions, on, steering } = work.data;
    if (!positions.length) return desk.say("no_positions");
    const chosen = Object.fromEntries(NAMES.map((name) => desk.find(name)).filter(Boolean).map((field) => [field.name, field.value]));
    button.disabled = true;
    try {
      const answer = await send(data.urls.order, { ...desk.keys.pair, chart, on, steering, part: data.part, ...chosen });
      window.location.assign((await answer.json()).url);
    } catch (error) {
      button.disabled = false;
      refused(error);
    }
    return null;
  }

  function refused(error) {
    const box = desk.find("[data-part=refused]");
    box.hidden = false;
    box.querySelector("p").textContent = error.message || words.offline;
    const link = box.querySelector("a");
    link.hidden = !error.data?.url;
    if (error.data?.url) link.href = error.data.url;
    box.focus();
  }

  desk.find("[data-do=download]").addEventListener("click", download);
  desk.find("[name=sidecar]").addEventListener("change", (event) => upload(event.target));
  desk.find("[data-do=order]").addEventListener("click", (event) => order(event.currentTarget));
}
