// Sentences of the page with places for values; the words themselves stand in the templates.

/** Put values into a sentence: fill("Frame {frame} of {all}", {frame: 1, all: 48}). */
export function fill(template, values) {
  return (template ?? "").replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ""));
}
