// The outbox of the pen: what the hand did stays in this browser until the server has said that it has it.
//
// Every step (draw, erase, restore) is one entry of localStorage, written before anything else happens. Strokes are
// named by uid, so that a step which is sent twice, by two tabs or after a broken connection, is done once. Entries
// carry the person's number: nobody sends what somebody else drew at the same computer.

const PREFIX = "sakkan.pen.";
const GATHER_MS = 350;
const PAUSE_MS = { first: 1_500, most: 60_000 };
const MOST_STEPS = 60;
const MOST_CHARS = 40_000; // a browser takes no more than 64 KB along when the page goes

/** Return a name for a stroke. `crypto.randomUUID` is missing where the studio's server has no https. */
export function newUid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
  /** `address(drawing)` = where a drawing's steps go; `told()` is called after every change of `state`. */
  constructor(user, address, told) {
    this.prefix = `${PREFIX}${user}.`;
    this.user = user;
    this.address = address;
    this.told = told;
    this.entries = new Map();
    this.unkept = new Set(); // what the browser had no room for: only this page has it
    this.taken = 0; // how many steps the server has taken since this page is open
    this.trouble = ""; // "", "offline", "signed-out"
    this.pause = 0;
    this.count = 0;
    this.read();
    window.addEventListener("storage", (event) => this.otherTab(event));
    window.addEventListener("online", () => this.now());
    window.addEventListener("focus", () => this.trouble && this.now());
    window.addEventListener("beforeunload", (event) => this.unkept.size && event.preventDefault());
    this.soon(0);
  }

  read() {
    for (const key of Object.keys(localStorage).sort()) {
      if (key.startsWith(this.prefix)) this.load(key, localStorage.getItem(key));
    }
  }

  load(key, text) {
    try {
      this.entries.set(key, JSON.parse(text));
    } catch {
      localStorage.removeItem(key); // half an entry is none
    }
  }

  /** Another tab of the same person added an entry or had one taken. */
  otherTab({ key, newValue }) {
    if (!key?.startsWith(this.prefix)) return;
    if (newValue === null) {
      if (this.entries.delete(key)) this.taken += 1;
    } else {
      this.load(key, newValue);
      this.soon(GATHER_MS * 10); // should that tab be closed before it has sent it
    }
    this.told();
  }

  /** Keep a step of `drawing`, {draw: stroke}, {erase: uid} or {restore: uid}, and send it soon. */
  add(drawing, step) {
    if (step.erase && this.forget((entry) => entry.refused && entry.step.draw?.uid === step.erase)) return;
    const key = `${this.prefix}${Date.now().toString(36).padStart(9, "0")}.${String(this.count).padStart(5, "0")}.${newUid().slice(0, 8)}`;
    this.count += 1;
    this.keep(key, { drawing, step });
    this.soon(GATHER_MS);
  }

  keep(key, entry) {
    this.entries.set(key, entry);
    try {
      localStorage.setItem(key, JSON.stringify(entry));
      this.unkept.delete(key);
    } catch {
      this.unkept.add(key); // it is sent nevertheless; only closing the page would lose it
    }
  }

  drop(keys) {
    for (const key of keys) {
      this.entries.delete(key);
      this.unkept.delete(key);
      localStorage.removeItem(key);
    }
  }

  forget(is) {
    const keys = this.keys().filter((key) => is(this.entries.get(key)));
    this.drop(keys);
    return keys.length;
  }

  keys() {
    return [...this.entries.keys()].sort();
  }

  /** Return the steps of a drawing that the server has not taken yet, in the order of the hand. */
  stepsOf(drawing) {
    return this.keys()
      .map((key) => this.entries.get(key))
      .filter((entry) => entry.drawing === drawing)
      .map((entry) => entry.step);
  }

  /** Return {word, count, reason} for the line that says how things stand. */
  get state() {
    const waiting = [...this.entries.values()];
    const refused = waiting.filter((entry) => entry.refused);
    if (refused.length) return { word: "refused", count: refused.length, reason: refused[0].refused };
    if (!waiting.length) return { word: "saved", count: 0 };
    if (this.unkept.size && this.trouble) return { word: "full", count: this.unkept.size };
    return { word: this.trouble || "saving", count: waiting.length };
  }

  /** Send what was refused once more. */
  again() {
    for (const [key, entry] of this.entries) {
      if (entry.refused) this.keep(key, { drawing: entry.drawing, step: entry.step });
    }
    this.now();
  }

  /** Give up what the server will never take. */
  discard() {
    this.forget((entry) => entry.refused);
    this.taken += 1;
    this.told();
  }

  now() {
    this.pause = 0;
    this.soon(0);
  }

  soon(wait) {
    this.told();
    clearTimeout(this.timer); // a pause after trouble is kept, however fast the hand goes on
    this.timer = setTimeout(() => this.pump(), this.trouble && wait ? Math.max(wait, this.pause) : wait);
  }

  async pump() {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let batch = this.batch(); batch.length; batch = this.batch()) await this.send(batch);
      this.pause = 0;
      this.trouble = "";
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.trouble = error.word;
      this.pause = Math.min(PAUSE_MS.most, this.pause ? this.pause * 2 : PAUSE_MS.first);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.pump(), this.pause * (0.8 + 0.4 * Math.random()));
    } finally {
      this.sending = false;
      this.told();
    }
  }

  /** Return the keys of the next steps to send: the oldest and what follows it on the same drawing. */
  batch() {
    const found = [];
    let chars = 0;
    for (const key of this.keys()) {
      const entry = this.entries.get(key);
      if (entry.refused) continue;
      chars += JSON.stringify(entry.step).length;
      const other = found.length && this.entries.get(found[0]).drawing !== entry.drawing;
      if (other || (found.length && (found.length >= MOST_STEPS || chars > MOST_CHARS))) break;
      found.push(key);
    }
    return found;
  }

  async send(keys) {
    const response = await this.post(keys);
    if (response.ok) {
      this.drop(keys);
      this.taken += keys.length;
      this.trouble = "";
    } else if (keys.length > 1) {
      for (const key of keys) await this.send([key]); // one of them is at fault: the others shall go through
    } else {
      this.refuse(keys[0], (await response.json()).message);
    }
    this.told();
  }

  /** Post and return the answer, unless it is none: then throw Trouble. */
  async post(keys) {
    let response;
    try {
      response = await fetch(this.address(this.entries.get(keys[0]).drawing), {
        method: "POST",
        body: this.form(keys),
        headers: { Accept: "application/json" },
        keepalive: true,
      });
    } catch {
      throw new Trouble("offline");
    }
    const spoken = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const away = response.redirected || response.status === 401 || (response.status === 403 && !spoken);
    if (away || response.status === 412) throw new Trouble("signed-out");
    if (!spoken || response.status >= 500 || response.status === 429) throw new Trouble("offline");
    return response;
  }

  form(keys) {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token());
    form.append("by", this.user);
    form.append("steps", JSON.stringify(keys.map((key) => this.entries.get(key).step)));
    return form;
  }

  refuse(key, reason) {
    const entry = this.entries.get(key);
    if (entry.step.draw) this.keep(key, { ...entry, refused: reason });
    else this.drop([key]); // what is not there need not be erased
  }

  /** Send what fits while the page goes; it stays in the box until an answer was heard. */
  farewell() {
    const keys = this.batch();
    if (keys.length) navigator.sendBeacon(this.address(this.entries.get(keys[0]).drawing), this.form(keys));
  }
}

class Trouble extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

/** The token of the newest session: the page's own may be from before somebody signed in again in another tab. */
function token() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}
