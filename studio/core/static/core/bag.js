// The cut bag: printing, and which way the timesheet runs (kept in this browser).

const KEY = "sakkan-sheet-way";

function turn(way) {
  document.querySelectorAll("[data-sheet-way]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.sheetWay === way)));
  document.querySelectorAll("[data-sheet]").forEach((sheet) => sheet.classList.toggle("sheet-off", sheet.dataset.sheet !== way));
}

function kept() {
  try {
    return window.localStorage.getItem(KEY) === "down" ? "down" : "across";
  } catch {
    return "across";
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) return window.print();
  const way = event.target.closest("[data-sheet-way]")?.dataset.sheetWay;
  if (!way) return;
  try {
    window.localStorage.setItem(KEY, way);
  } catch {
    // not allowed: it holds for this page
  }
  turn(way);
});
document.body.addEventListener("htmx:afterSettle", () => turn(kept()));
turn(kept());
