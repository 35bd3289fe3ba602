// The names of units by their ids: learned from the rows on screen, asked for where an incident
// names others.
import { get } from "/shared/actions.js";
import { inLanguage } from "/shared/i18n.js";

const KEPT_MAX = 2000; // more than a district has units; then they are learned anew
const ASKED_MAX = 30; // ids in one question

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
    const fresh = [...new Set(ids)].filter((id) => id && !this.names.has(id)).slice(0, ASKED_MAX);
    if (!fresh.length) return;
    for (const id of fresh) this.names.set(id, null);
    const quoted = fresh.map((id) => `"${id.replace(/["\\]/g, "\\$&")}"`).join(" OR ");
    const query = new URLSearchParams({ filter: `id = (${quoted})` });
    const found = await get(`/api/v1/units?${query}`);
    if (!found) for (const id of fresh) this.names.delete(id); // asked again at the next drawing
    this.learn(found?.units ?? []);
    if (found?.units.length) this.onLearned();
  }
}
