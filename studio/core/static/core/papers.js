// Shows a paper's colour in its sample while it is chosen.
document.addEventListener("input", (event) => {
  const role = event.target.dataset?.paper;
  if (!role) return;
  const sample = document.querySelector(`[data-sample="${CSS.escape(role)}"]`);
  sample.querySelector("rect").setAttribute("fill", event.target.value);
  sample.querySelectorAll('path:not([stroke="#222"])').forEach((path) => path.setAttribute("stroke", event.target.value));
});
