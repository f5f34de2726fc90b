// Choosing several retakes: one box for all of the page, and how many are chosen. The words come from the page.
const form = document.getElementById("many");
const picks = [...document.querySelectorAll("[data-pick]")];
const all = form?.querySelector("[data-pick-all]");

function show() {
  const chosen = picks.filter((pick) => pick.checked).length;
  form.querySelector("[data-chosen]").textContent = chosen ? form.dataset.chosenWords.replace("{n}", String(chosen)) : "";
  form.querySelectorAll("[data-many]").forEach((button) => { button.disabled = !chosen; });
  all.checked = chosen > 0 && chosen === picks.length;
  all.indeterminate = chosen > 0 && chosen < picks.length;
}

if (form && all) {
  all.addEventListener("change", () => {
    picks.forEach((pick) => { pick.checked = all.checked; });
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) show();
  });
  addEventListener("pageshow", show);
  show();
}
