// Figures of an upload under way: how much, how fast, how long still; numbers as the page's language writes them.

import { filled } from "./understanding.js";

const MB = 1048576;
const WINDOW_MS = 6000;

/** The speed of the last seconds: an average from the start would lie after every pause. */
export class Pace {
  constructor() {
    this.seen = [];
  }

  bytesPerSecond(sent, now) {
    this.seen.push([now, sent]);
    while (this.seen.length > 2 && now - this.seen[0][0] > WINDOW_MS) this.seen.shift();
    const [at, before] = this.seen[0];
    return now - at < 250 ? 0 : ((sent - before) * 1000) / (now - at);
  }
}

const written = (number, digits) =>
  new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number);

const megabytes = (bytes) => written(bytes / MB, bytes < 100 * MB ? 1 : 0);

export function figuresOf(words, pace, { done, all, sent, size }) {
  const rate = pace.bytesPerSecond(sent, performance.now());
  const figures = [
    filled(words.wordFiles, { done: written(done, 0), all: written(all, 0) }),
    filled(words.wordBytes, { sent: megabytes(sent), size: megabytes(size) }),
  ];
  if (rate > 0 && done < all) {
    const seconds = Math.ceil((size - sent) / rate);
    figures.push(filled(words.wordSpeed, { n: megabytes(rate) }));
    figures.push(
      seconds < 90
        ? filled(words.wordSeconds, { n: written(seconds, 0) })
        : filled(words.wordMinutes, { n: written(Math.ceil(seconds / 60), 0) }),
    );
  }
  return figures.join(" · ");
}
