// Who is to decide: a menu of people by number keys, whoever has authority over the stages first.

import { keyOf } from "./keys.js";
import { post } from "./net.js";

const dialog = () => document.getElementById("assign");

/** Return why a retake of one of these stages is not the reader's to order; empty when it is. */
export function refusalOf(stages) {
  const kept = document.getElementById("refusals");
  const refusals = kept ? JSON.parse(kept.textContent) : {};
  return stages.map((stage) => refusals[stage]).find(Boolean) ?? "";
}

/** Ask who is to decide; `why` says what led here. Nothing happens where nobody may assign. */
export function ask({ stages, count, why = "" }) {
  const asked = dialog();
  if (!asked || asked.open) return;
  asked.querySelector("[data-count]").textContent = String(count);
  const reason = asked.querySelector("[data-why]");
  reason.textContent = why;
  reason.hidden = !why;
  sort(asked, stages);
  asked.returnValue = "";
  asked.showModal();
  const first = asked.querySelector(why ? "li:not([data-me]) [data-person]" : "[data-person]");
  first?.focus();
}

function sort(asked, stages) {
  const list = asked.querySelector(".people");
  const people = [...list.querySelectorAll("li[data-stages]")];
  const may = (each) => stages.length > 0 && stages.every((stage) => each.dataset.stages.split(" ").includes(stage));
  const rank = (each) => (each.hasAttribute("data-me") ? 0 : may(each) ? 1 : 2);
  people.sort((a, b) => rank(a) - rank(b));
  list.prepend(...people);
  people.forEach((each, index) => {
    each.querySelector("kbd").textContent = index < 9 ? String(index + 1) : "";
    each.querySelector("[data-authority]").hidden = !may(each);
  });
}

/** Give the flags to a person; returns the server's answer {words, assigned}. */
export function give(flags, person) {
  return post(dialog().dataset.url, { flags, user: person });
}

/** Call `chosen(person)` when somebody was chosen in the menu: "me", an id, or "" for nobody. */
export function onChoice(chosen) {
  const asked = dialog();
  if (!asked) return;
  const take = (button) => {
    asked.close();
    chosen(button.dataset.person);
  };
  asked.addEventListener("click", (event) => {
    const button = event.target.closest("[data-person]");
    if (button) take(button);
  });
  asked.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    const buttons = [...asked.querySelectorAll("[data-person]")];
    const at = buttons.indexOf(document.activeElement);
    let button = buttons.find((each) => each.querySelector("kbd").textContent === key);
    if (key === "k") button = buttons[0];
    if (button) take(button);
    else if (key === "ArrowDown") buttons[Math.min(buttons.length - 1, at + 1)].focus();
    else if (key === "ArrowUp") buttons[Math.max(0, at - 1)].focus();
    else return;
    event.preventDefault();
  });
}
