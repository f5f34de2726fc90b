// Plays the cuts of a playlist in a row: the next cut is loaded while this one plays, so the rush does not stop.

import { listen } from "./keys.js";
import { json } from "./net.js";
import { Player, Sheet } from "./playback.js";

const KEYS = {
  " ": "play", ",": "step-back", ".": "step", ArrowLeft: "step-back", ArrowRight: "step",
  "[": "before", "]": "behind", l: "loop", f: "full",
}; // prettier-ignore

const root = document.getElementById("reel");

class Reel {
  constructor() {
    this.canvas = root.querySelector("canvas");
    this.items = [...document.querySelectorAll("[data-reel-item]")];
    this.players = new Map();
    this.index = 0;
    this.loop = false;
  }

  part(name) {
    return root.querySelector(`[data-reel=${name}]`);
  }

  /** Return the player of a cut, once its table has come; asked again it is the same one. */
  player(index) {
    const url = this.items[index]?.dataset.reelItem;
    if (!url) return null;
    if (!this.players.has(url)) {
      const made = json(url).then((data) => this.made(index, new Sheet(data)));
      made.catch(() => this.players.delete(url));
      this.players.set(url, made);
    }
    return this.players.get(url);
  }

  made(index, sheet) {
    const paint = (layers, frame) => this.paint(index, sheet, layers, frame);
    const say = (words) => this.say(words ? `${root.dataset.loading} ${words}` : "");
    return new Player(sheet, paint, say);
  }

  /** Stop, and put a cut on the screen at its first (or last) frame. */
  show(index, frame = 1) {
    this.halt();
    return this.put(index, frame);
  }

  async put(index, frame) {
    this.index = index;
    this.now = null;
    const item = this.items[index];
    this.items.forEach((each) => each.toggleAttribute("aria-current", false));
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
    this.part("label").textContent = item.dataset.label;
    this.part("count").textContent = `${index + 1} / ${this.items.length}`;
    try {
      const player = await this.player(index);
      if (this.index !== index) return null;
      this.say("");
      this.part("label").textContent = player.sheet.label;
      this.part("frame").max = String(player.sheet.duration);
      await player.seek(frame === "last" ? player.sheet.duration : frame);
      this.now = player;
      return player;
    } catch {
      if (this.index === index) this.say(root.dataset.broken);
      return null; // the rush stops at what it cannot show
    }
  }

  paint(index, sheet, layers, frame) {
    if (index !== this.index) return;
    const { width, height } = sheet;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    for (const layer of layers) {
      const scale = layer.naturalWidth ? 1 : Math.min(width / layer.width, height / layer.height);
      const own = layer.naturalWidth ? [layer.naturalWidth, layer.naturalHeight] : [layer.width * scale, layer.height * scale];
      context.drawImage(layer, 0, 0, ...own);
    }
    this.part("frame").value = String(frame);
    this.part("place").textContent = `${frame} / ${sheet.duration}`;
    root.dataset.frame = String(frame);
  }

  /** Play from here to the end of the list, cut after cut; pressed again it stops. */
  async play() {
    if (this.playing) return this.halt();
    const mine = (this.playing = {});
    this.pressed("play", true);
    let player = this.now ?? (await this.put(this.index, 1));
    while (player && this.playing === mine) {
      await player.load();
      this.say("");
      if (this.playing !== mine) return;
      this.player(this.index + 1)?.then((next) => next.load()).catch(() => {});
      await this.through(player, mine);
      if (this.playing !== mine) return;
      if (this.loop) player.frame = 1;
      else if (this.items[this.index + 1]) player = await this.put(this.index + 1, 1);
      else break;
    }
    if (this.playing === mine) this.halt();
    root.dataset.ended = String(this.index);
  }

  /** Show every frame that is due, at the cut's own rate, up to its end. Frames are dropped, never stretched. */
  through(player, mine) {
    const from = player.frame;
    const started = performance.now();
    player.playing = true;
    return new Promise((done) => {
      const tick = (now) => {
        const frame = from + Math.max(0, Math.floor(((now - started) / 1000) * player.sheet.fps));
        if (this.playing !== mine || frame > player.sheet.duration) {
          player.playing = false;
          done();
          return;
        }
        player.show(frame);
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
  }

  halt() {
    this.playing = null;
    this.pressed("play", false);
    if (this.now) this.now.playing = false;
  }

  async step(direction) {
    this.halt();
    const player = this.now;
    if (!player) return;
    const frame = player.frame + direction;
    if (frame < 1 && this.index > 0) await this.show(this.index - 1, "last");
    else if (frame > player.sheet.duration && this.items[this.index + 1]) await this.show(this.index + 1);
    else if (frame >= 1 && frame <= player.sheet.duration) await player.seek(frame);
  }

  async go(direction) {
    const was = this.playing;
    const index = this.index + direction;
    if (!this.items[index]) return;
    await this.show(index);
    if (was) this.play();
  }

  say(words) {
    this.part("note").textContent = words;
  }

  pressed(name, on) {
    root.querySelector(`[data-reel-do=${name}]`).setAttribute("aria-pressed", String(on));
  }
}

function start() {
  const reel = new Reel();
  const commands = {
    play: () => reel.play(),
    step: () => reel.step(1),
    "step-back": () => reel.step(-1),
    before: () => reel.go(-1),
    behind: () => reel.go(1),
    loop: () => reel.pressed("loop", (reel.loop = !reel.loop)),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  };
  listen(KEYS, (command) => commands[command]());
  root.addEventListener("click", (event) => commands[event.target.closest("[data-reel-do]")?.dataset.reelDo]?.());
  root.querySelector("[data-reel=frame]").addEventListener("input", (event) => {
    reel.halt();
    reel.now?.seek(Number(event.target.value));
  });
  reel.items.forEach((item, index) => item.addEventListener("click", () => reel.show(index)));
  reel.show(0);
}

if (root) start();
