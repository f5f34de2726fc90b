// Out and in: the sidecar of the drawing on the canvas, and the order to clean up in full size.

import { chosen, place, save } from "./desk-files.js";

export function startFiles(desk) {
  const { data, work } = desk;

  async function upload(input) {
    const told = await chosen(input);
    if (told === undefined) return null;
    if (!work.take(desk.at, told)) return desk.say("no_sidecar");
    const { width, height } = desk.rough;
    return desk.say(String(told.size_hw) === String([height, width]) ? "taken" : "other_size");
  }

  function order(button) {
    const ids = desk.strip.chosen;
    if (!ids.length) return desk.say("none_chosen");
    return place(desk, button, data.urls.order, { roughs: ids.map((id) => ({ rough: id, wishes: work.of(id) })) });
  }

  desk.find("[data-do=download]").addEventListener("click", () => save(work.toSidecar(desk.rough), `${data.name}_${desk.rough.number}.cleanup.json`));
  desk.find("[name=sidecar]").addEventListener("change", (event) => upload(event.target));
  desk.find("[data-do=order]").addEventListener("click", (event) => order(event.currentTarget));
}
