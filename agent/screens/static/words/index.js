// The languages of the counter, in the order in which they are offered.

import ar from "/static/words/ar.js";
import de from "/static/words/de.js";
import en from "/static/words/en.js";
import es from "/static/words/es.js";
import fr from "/static/words/fr.js";

export const LANGUAGES = { fr, en, es, de, ar };
export const RIGHT_TO_LEFT = new Set(["ar"]);

// Who chose nothing may have been handed something since: that is what became of it.
export function sinceThen(shown) {
  const nothing = shown && shown.phase !== "offered" && (shown.choice ?? "none") === "none";
  const last = nothing ? shown.states.at(-1) : undefined;
  if (!last) return shown;
  return { ...shown, choice: last.channel, progress: last.state === "asked" ? "waiting" : last.state, outcome: null };
}

// What a table says of a choice and how far it has come; ``stuck`` is for a
// printer that needs a person first.
export function told(table, shown, stuck) {
  const row = table[shown.choice ?? "none"];
  return row.any || (stuck && shown.progress === "waiting" && row.stuck) || row[shown.progress] || row.waiting;
}
