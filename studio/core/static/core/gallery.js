// Looks at one drawing of a gallery at a time: arrows step, g changes what is behind it.

const viewer = document.getElementById("viewer");
const part = (name) => viewer.querySelector(`[data-viewer="${name}"]`);
const GROUNDS = ["checker", "paper", "plain"];
let links = [];
let index = 0;
let ground = 0;

function show(at) {
  index = (at + links.length) % links.length;
  const link = links[index];
  part("img").src = link.href;
  part("img").alt = link.dataset.picture;
  part("name").textContent = link.dataset.picture;
  part("place").textContent = `${index + 1} / ${links.length}`;
}

function changeGround() {
  const stage = viewer.querySelector(".viewer-stage");
  stage.classList.remove(GROUNDS[ground]);
  ground = (ground + 1) % GROUNDS.length;
  stage.classList.add(GROUNDS[ground]);
}

if (viewer) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-picture]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    links = [...link.closest("[data-gallery]").querySelectorAll("a[data-picture]")];
    show(links.indexOf(link));
    viewer.showModal();
  });
  part("prev").addEventListener("click", () => show(index - 1));
  part("next").addEventListener("click", () => show(index + 1));
  part("ground").addEventListener("click", changeGround);
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(index - 1);
    else if (event.key === "ArrowRight") show(index + 1);
    else if (event.key === "g") changeGround();
  });
}
