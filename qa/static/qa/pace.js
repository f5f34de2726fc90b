// How fast the next flag is there: from the key to the painted drawing, for the bench and for whoever wonders.

export const NAME = "sakkan:next-flag";

/** Return a function to call once the next drawing is on the canvas: it measures up to the painted frame. */
export function timed(event) {
  const start = event?.timeStamp ?? performance.now();
  return () =>
    new Promise((done) => {
      requestAnimationFrame(() => {
        // a message comes after the frame was painted
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          const { duration } = performance.measure(NAME, { start, end: performance.now() });
          document.documentElement.dataset.nextFlagMs = String(Math.round(duration));
          done(duration);
        };
        channel.port2.postMessage(null);
      });
    });
}
