// The chart in words: a usual spacing with a number of drawings, or positions as one writes them; on 1s, 2s, 3s.

import { fill } from "./desk-words.js";

export function startTiming(desk) {
  const { work, data, words } = desk;
  const usual = desk.find("[name=usual]");
  const count = desk.find("[name=count]");
  const text = desk.find("[name=chart]");
  const wrong = desk.find("[data-part=chart-wrong]");

  function tell() {
    const name = Object.keys(data.charts).find((each) => work.data.chart === `${each}:${work.positions.length}`);
    usual.value = name ?? "";
    count.value = String(work.positions.length || 1);
    if (document.activeElement !== text) text.value = work.data.chart;
    for (const button of desk.root.querySelectorAll("[data-on]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.on) === work.data.on));
    }
    const frames = (work.positions.length + 2) * work.data.on;
    const note = { frames, seconds: (frames / data.fps).toFixed(2), fps: data.fps };
    desk.find("[data-part=length]").textContent = fill(words.length, note);
  }

  function usualChart() {
    const name = usual.value || Object.keys(data.charts)[0];
    const number = Math.min(data.most_drawings, Math.max(1, Math.round(Number(count.value) || 1)));
    work.place(data.charts[name][number - 1], `${name}:${number}`);
    refuse("");
  }

  function refuse(sentence) {
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
    text.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) text.setAttribute("aria-invalid", "true");
  }

  async function written() {
    if (text.value.trim() === work.data.chart) return;
    const address = `${data.urls.chart}?${new URLSearchParams({ chart: text.value })}`;
    const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!response?.ok) return refuse(answer?.message ?? words.offline);
    refuse("");
    return work.place(answer.positions, answer.chart);
  }

  usual.addEventListener("change", usualChart);
  count.addEventListener("change", usualChart);
  text.addEventListener("change", written);
  text.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), written()));
  desk.root.addEventListener("click", (event) => {
    const on = Number(event.target.closest("[data-on]")?.dataset.on);
    if (on) work.change((each) => (each.on = on));
  });
  work.addEventListener("change", tell);
  tell();
}
