// Follows running jobs by server-sent events and shows their progress; when one ends, its card (or the page) is fetched anew.

const followed = new Set();

function show(card, state) {
  const bar = card.querySelector("progress");
  if (bar && state.total) bar.value = state.percent;
  const set = (name, text) => {
    const place = card.querySelector(`[data-job-${name}]`);
    if (place) place.textContent = text;
  };
  const label = card.querySelector("[data-job-state]");
  if (label) label.className = `status status-${state.state}`;
  set("state", state.label);
  set("percent", state.total ? `${state.percent} %` : "");
  // While it waits the card's own words stand there.
  if (state.state !== "queued") set("note", [state.note, state.total ? `${state.done} / ${state.total}` : ""].filter(Boolean).join(" "));
}

function follow(card) {
  const url = card.dataset.events;
  if (followed.has(card)) return;
  followed.add(card);
  const source = new EventSource(url);
  const stop = () => source.close();
  source.addEventListener("progress", (event) => {
    if (!card.isConnected) return stop();
    show(card, JSON.parse(event.data));
  });
  source.addEventListener("end", () => {
    stop();
    document.body.dispatchEvent(new CustomEvent("jobs-changed"));
    const whole = card.closest("[data-refresh-on-end]");
    if (whole) return window.htmx.trigger(whole, "job-over");
    if (card.closest("[data-reload-on-end]")) return window.location.reload();
    window.htmx.ajax("GET", card.dataset.url, { target: card, swap: "outerHTML" });
  });
  window.addEventListener("pagehide", stop, { once: true });
}

export function followAll(root = document) {
  root.querySelectorAll(".job[data-events]").forEach(follow);
}

followAll();
document.body.addEventListener("htmx:afterSettle", () => followAll());
