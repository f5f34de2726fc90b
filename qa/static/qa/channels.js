// Colour channels: the picture as it is, one channel of it in grey, or its brightness.

export const CHANNELS = ["rgb", "red", "green", "blue", "luma"];
const AT = { red: 0, green: 1, blue: 2 };

/** Return the channel after this one, going round. */
export function nextChannel(channel) {
  return CHANNELS[(CHANNELS.indexOf(channel ?? "rgb") + 1) % CHANNELS.length];
}

/** Put one channel of what stands on the canvas in its place, as grey. */
export function isolate(context, channel) {
  if (!channel || channel === "rgb") return;
  const { width, height } = context.canvas;
  if (!width || !height) return;
  const picture = context.getImageData(0, 0, width, height);
  const data = picture.data;
  const at = AT[channel];
  for (let i = 0; i < data.length; i += 4) {
    // brightness as Rec. 709 weighs the channels, in whole numbers
    const grey = at === undefined ? (data[i] * 54 + data[i + 1] * 183 + data[i + 2] * 19) >> 8 : data[i + at];
    data[i] = grey;
    data[i + 1] = grey;
    data[i + 2] = grey;
  }
  context.putImageData(picture, 0, 0);
}

/** Say which channel is shown. The words stand in the page: <p data-channels data-red="…" …>. */
export function nameChannel(canvas, channel) {
  const place = canvas.parentElement.querySelector("[data-channels]");
  if (!place) return;
  const whole = !channel || channel === "rgb";
  place.hidden = whole;
  const words = place.querySelector("[data-word]") ?? place;
  words.textContent = whole ? "" : place.dataset[channel];
}
