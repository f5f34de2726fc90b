// Sentences of the page with places for values; the words themselves come from the server, in the reader's language.

/** Put values into a sentence: fill("Rung {n}", {n: 1}). */
export function fill(template, values = {}) {
  return (template ?? "").replace(/\{(\w+)\}/g, (_all, name) => String(values[name] ?? ""));
}
