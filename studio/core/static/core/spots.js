// Spot checks by keyboard: A = nothing off-model, M = to what was missed.
const form = document.querySelector("[data-spot]");
if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const at = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!at) return;
    event.preventDefault();
    if (at.tagName === "BUTTON") at.click();
    else at.focus();
  });
}
