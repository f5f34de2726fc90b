// Out and in: the sidecar as a file, and the order to draw in full size.

import { chosen, place, save } from "./desk-files.js";

export function startFiles(desk) {
  const { data, work } = desk;

  function facts() {
    const keys = [desk.keys.a, desk.keys.b].map((key) => ({ sha256: key.sha256, number: key.number }));
    return { engine: "", model: "none", size_hw: [...desk.keys.size].reverse(), ...desk.draft.facts, keys };
  }

  function download() {
    save(work.toSidecar(facts()), `${data.name}_${desk.keys.a.number}-${desk.keys.b.number}.json`);
  }

  async function upload(input) {
    const told = await chosen(input);
    if (told === undefined) return null;
    if (!work.take(told)) return desk.say("no_sidecar");
    const theirs = (told.keys ?? []).map((key) => key.sha256).join();
    const others = theirs && theirs !== facts().keys.map((key) => key.sha256).join();
    return desk.say(others ? "other_keys" : "taken");
  }

  async function order(button) {
    const { chart, positions, on, steering } = work.data;
    if (!positions.length) return desk.say("no_positions");
    return place(desk, button, data.urls.order, { ...desk.keys.pair, chart, on, steering, part: data.part });
  }

  desk.find("[data-do=download]").addEventListener("click", download);
  desk.find("[name=sidecar]").addEventListener("change", (event) => upload(event.target));
  desk.find("[data-do=order]").addEventListener("click", (event) => order(event.currentTarget));
}
