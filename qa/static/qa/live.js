// What others do while this page is open: a cheap question every few seconds, only while somebody looks at it.

import { json } from "./net.js";

const EVERY_MS = 3_000;
const MOST = 200;

/**
 * Ask how flags stand and call `told({id: state})`. `ids()` says which flags are on the screen.
 *
 * Returns a function that asks at once. A question that fails is asked again in its turn.
 */
export function watch(address, ids, told) {
  let asking = false;
  const ask = async () => {
    const url = address();
    const wanted = ids().slice(0, MOST);
    if (asking || !url || !wanted.length || document.visibilityState === "hidden") return;
    asking = true;
    try {
      told((await json(`${url}?ids=${wanted.join(",")}`)).flags);
    } catch {
      // the next turn asks again; a verdict would say by itself that the server does not answer
    } finally {
      asking = false;
    }
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
  return ask;
}
