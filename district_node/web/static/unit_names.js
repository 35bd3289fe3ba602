// The names of units by their ids: learned from the rows on screen, asked for where an incident
// names others.
import { get } from "/shared/actions.js";
import { inLanguage } from "/shared/i18n.js";

const KEPT_MAX = 2000; // more than a district has units; then they are learned anew
const ASKED_MAX = 30; // ids in one question
const ID_CHARS = 128; // a longer word is no id, and would have the whole question refused
const QUESTION_CHARS = 1900; // what the API takes as a filter, less the words around the ids

export class UnitNames {
  /** `onLearned()` is called when names came that were asked for. */
  constructor(onLearned) {
    this.onLearned = onLearned;
    this.names = new Map(); // id → name; null: asked for, or no unit
  }

  /** The name in the present language; the id itself while it is not known. */
  of(id) {
    return inLanguage(this.names.get(id) ?? id);
  }

  isUnit(id) {
    return Boolean(this.names.get(id));
  }

  learn(units) {
    if (this.names.size > KEPT_MAX) this.names.clear();
    for (const { id, name } of units) this.names.set(id, name);
  }

  /** Ask for those of `ids` that are not known. */
  async ask(ids) {
    const fresh = askable([...new Set(ids)].filter((id) => !this.names.has(id)));
    if (!fresh.length) return;
    for (const id of fresh) this.names.set(id, null);
    const query = new URLSearchParams({ filter: `id = (${fresh.map(quoted).join(" OR ")})` });
    const found = await get(`/api/v1/units?${query}`);
    if (!found) for (const id of fresh) this.names.delete(id); // asked again at the next drawing
    this.learn(found?.units ?? []);
    if (found?.units.length) this.onLearned();
  }
}

const quoted = (id) => `"${id.replace(/["\\]/g, "\\$&")}"`;

/** As many of `ids`, which may be words of people too, as one question holds. */
function askable(ids) {
  let chars = 0;
  return ids
    .filter((id) => id && id.length <= ID_CHARS)
    .slice(0, ASKED_MAX)
    .filter((id) => (chars += quoted(id).length + " OR ".length) <= QUESTION_CHARS);
}
