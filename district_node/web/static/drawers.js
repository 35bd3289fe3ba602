// The drawers beneath the map: units, and cameras with sensors. Each shows a window of its list,
// narrowed by its own buttons and words.
import { setAttr } from "/shared/keyed_list.js";
import { WindowedList } from "/shared/windowed_list.js";

const DRAWERS = {
  units: { rowPx: 52, pills: { free: "free = true" } },
  sources: { rowPx: 66, pills: { dark: "visibility = (blind OR degraded OR unknown)" } },
};
const TYPED_MS = 200;
const byId = (id) => document.getElementById(id);

export class Drawer {
  /** The drawer of the collection `name`; `changed()` when `view()` gives another. */
  constructor(name, changed) {
    const { rowPx, pills } = DRAWERS[name];
    Object.assign(this, { name, pills, words: "", pressed: new Set() });
    const parts = { scroller: byId(`${name}-scroll`), list: byId(name) };
    this.list = new WindowedList({ ...parts, rowPx, onMove: changed });
    byId(`${name}-drawer`).addEventListener("toggle", () => this.list.check());
    let typing = 0;
    byId(`${name}-search`).addEventListener("input", ({ target }) => {
      clearTimeout(typing);
      typing = setTimeout(() => ((this.words = target.value.trim()), changed()), TYPED_MS);
    });
    for (const key of Object.keys(pills)) {
      const pill = byId(`${name}-${key}`);
      pill.addEventListener("click", () => {
        if (!this.pressed.delete(key)) this.pressed.add(key);
        setAttr(pill, "aria-pressed", String(this.pressed.has(key)));
        changed();
      });
    }
  }

  get isNarrowed() {
    return this.words !== "" || this.pressed.size > 0;
  }

  view() {
    const filter = [...this.pressed].map((key) => this.pills[key]).join(" AND ");
    const asked = { filter, search: this.words, ...this.list.window() };
    return { name: this.name, collection: this.name, ...asked };
  }
}
