// The drawings of a proposal in a loop, at the production's fps; keys and proposals are told apart by the frame's edge.

const root = document.getElementById("flip");
const canvas = root?.querySelector("canvas");

class Flip {
  constructor() {
    Object.assign(this, JSON.parse(document.getElementById("flip-data").textContent));
    this.at = 0;
    this.slider = root.querySelector("input[type=range]");
    this.context = canvas.getContext("2d");
    this.slider.addEventListener("input", () => this.look(Number(this.slider.value)));
    root.addEventListener("click", (event) => this.run(event.target.closest("[data-flip]")?.dataset.flip));
    document.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.paint()).observe(canvas.parentElement);
  }

  async load() {
    this.pictures = await Promise.all(
      this.frames.map(async ({ url }) => {
        const image = new Image();
        image.src = url;
        await image.decode().catch(() => null);
        return image;
      }),
    );
    this.show(0);
  }

  press(event) {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, button, a, summary") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.run("play");
  }

  run(command) {
    if (command === "play") this.toggle();
    else if (command) this.look((this.at + (command === "after" ? 1 : -1) + this.frames.length) % this.frames.length);
  }

  look(at) {
    this.halt();
    this.show(at);
  }

  halt() {
    this.playing = false;
    root.querySelector("[data-flip=play]").setAttribute("aria-pressed", "false");
  }

  toggle() {
    if (this.playing) {
      this.halt();
      return;
    }
    this.playing = true;
    root.querySelector("[data-flip=play]").setAttribute("aria-pressed", "true");
    let started = null;
    const tick = (now) => {
      if (!this.playing) return;
      started ??= now;
      const frame = Math.floor(((now - started) / 1000) * this.fps + 1e-6);
      const at = Math.floor(frame / this.on) % this.frames.length;
      if (at !== this.at) this.show(at);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  show(at) {
    this.at = at;
    const { name, kind } = this.frames[at];
    this.slider.value = String(at);
    canvas.parentElement.dataset.kind = kind;
    root.querySelector("[data-flip-name]").textContent = `${name} · ${this[kind]}`;
    this.paint();
  }

  paint() {
    const picture = this.pictures?.[this.at];
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    if (!picture?.naturalWidth || !width) return;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const scale = Math.min(canvas.width / picture.naturalWidth, canvas.height / picture.naturalHeight);
    const [wide, high] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(picture, (canvas.width - wide) / 2, (canvas.height - high) / 2, wide, high);
  }
}

if (canvas) new Flip().load();
