// Which cases the queue shows: a tab for each party that cases wait for, severities, one's own,
// words, and choices that are kept under a name. The address of the page says them, so that a link
// shows the same.
import { read, write } from "/shared/browser_storage.js";
import { operatorName } from "/shared/dialogs.js";
import { codeText, grouped, language, t } from "/shared/i18n.js";
import { h, setAttr, setHidden, setText, updateList } from "/shared/keyed_list.js";

const WAITS = {
  person: "waits_for = person",
  crew: "waits_for = crew",
  city: "waits_for = city",
  watch: "waits_for = (camera OR sensor)",
  all: "",
};
const TABS = Object.keys(WAITS);
const SEVERITIES = ["Extreme", "Severe", "Moderate", "Minor"];
const COUNT = { offset: 10_000_000, limit: 1 }; // a window below every row: only its total comes
const QUEUED = "queued = true"; // without what an area case stands for
const KEPT = "citybrain-queue-views";
const KEPT_MAX = 8;
const TYPED_MS = 200; // words are looked for once nobody has typed for so long
const byId = (id) => document.getElementById(id);

export class QueueFilters {
  /** `changed()` is called when `view()` gives another filter. */
  constructor(changed) {
    this.changed = changed;
    this.totals = {};
    this.take(new URLSearchParams(location.search));
    this.typing = 0;
    const search = byId("search");
    search.value = this.words;
    search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.set({ words: search.value.trim() }), TYPED_MS);
    });
    search.addEventListener("keydown", (event) => this.onSearchKey(event));
    byId("tabs").addEventListener("keydown", (event) => this.onTabKey(event));
    byId("keep-view").addEventListener("click", () => this.keep());
  }

  take(asked) {
    this.tab = WAITS[asked.get("tab")] === undefined ? "all" : asked.get("tab");
    this.severities = SEVERITIES.filter((one) => asked.get("severity")?.split(",").includes(one));
    this.mine = asked.get("mine") === "1";
    this.words = asked.get("q") ?? "";
  }

  /** What the page's address says of it. */
  asked() {
    return Object.entries({
      tab: this.tab === "all" ? "" : this.tab,
      severity: this.severities.join(),
      mine: this.mine ? "1" : "",
      q: this.words,
    }).filter(([, value]) => value);
  }

  get isNarrowed() {
    return this.severities.length > 0 || this.mine || this.words !== "";
  }

  /** The filter and search of the queue's view; `withEnded`: what is over too. */
  view(withEnded) {
    const own = operatorName().replaceAll(/["\\]/g, "\\$&");
    const conditions = [
      withEnded && this.tab === "all" ? "" : QUEUED,
      WAITS[this.tab],
      this.severities.length ? `severity = (${this.severities.join(" OR ")})` : "",
      this.mine ? `owner = "${own}"` : "",
    ];
    return { filter: conditions.filter(Boolean).join(" AND "), search: this.words };
  }

  /** Views that only count, one for each tab. */
  countViews() {
    const counted = (tab) => [QUEUED, WAITS[tab]].filter(Boolean).join(" AND ");
    return TABS.map((tab) => ({
      name: `tab_${tab}`,
      collection: "incidents",
      filter: counted(tab),
      ...COUNT,
    }));
  }

  /** Whether `name` was one of those views; `total`: its count. */
  takeCount(name, total) {
    if (!name.startsWith("tab_")) return false;
    this.totals[name.slice("tab_".length)] = total;
    this.draw();
    return true;
  }

  set(changes) {
    Object.assign(this, changes);
    if (byId("search").value.trim() !== this.words) byId("search").value = this.words;
    this.draw();
    this.changed();
  }

  clear() {
    this.set({ severities: [], mine: false, words: "" });
  }

  draw() {
    this.drawTabs();
    this.drawChips();
    this.drawKept();
  }

  drawTabs() {
    const tabs = TABS.map((tab) => ({
      tab,
      text: t(`tab.${tab}`),
      n: this.totals[tab] ?? "",
      isHere: tab === this.tab,
    }));
    updateList(byId("tabs"), tabs, {
      keyOf: ({ tab }) => tab,
      make: ({ tab }) => {
        const pressed = () => this.set({ tab });
        const parts = [h("span"), h("b", { class: "num" })];
        return h("button", { type: "button", role: "tab", onclick: pressed }, ...parts);
      },
      draw: (node, { tab, text, n, isHere }) => {
        setText(node.firstChild, text);
        setText(node.lastChild, n === "" ? n : grouped(n));
        setAttr(node, "aria-selected", String(isHere));
        setAttr(node, "tabindex", isHere ? "0" : "-1");
        setAttr(node, "aria-controls", "rows");
        node.className = tab === "person" && n > 0 ? "is-wanted" : "";
      },
    });
  }

  drawChips() {
    const severities = SEVERITIES.map((severity) => ({
      key: severity,
      text: codeText("severity", severity),
      isOn: this.severities.includes(severity),
    }));
    const mine = { key: "mine", text: t("filter.mine"), isOn: this.mine };
    const clear = { key: "clear", text: t("filter.clear"), isOn: null };
    const chips = [
      ...severities,
      ...(operatorName() ? [mine] : []),
      ...(this.isNarrowed ? [clear] : []),
    ];
    updateList(byId("chips"), chips, {
      keyOf: ({ key }) => key,
      make: ({ key }) => {
        const cls = `pill${SEVERITIES.includes(key) ? ` sev-${key}` : ""}`;
        const pressed = () => this.flip(key);
        return h("button", { type: "button", class: cls, "data-chip": key, onclick: pressed });
      },
      draw: (node, { text, isOn }) => {
        setText(node, text);
        setAttr(node, "aria-pressed", isOn === null ? null : String(isOn));
      },
    });
    setHidden(byId("keep-view"), !this.isNarrowed);
  }

  /** What a press on the chip `key` does. */
  flip(key) {
    if (key === "clear") this.clear();
    else if (key === "mine") this.set({ mine: !this.mine });
    else this.set({ severities: flipped(this.severities, key) });
  }

  drawKept() {
    updateList(byId("kept-views"), kept(), {
      keyOf: ({ name }) => name,
      epoch: language(),
      make: ({ name, asked }) => {
        const show = () => {
          this.take(new URLSearchParams(asked));
          this.set({});
        };
        const forget = () => {
          const others = kept().filter((one) => one.name !== name);
          write(KEPT, others);
          this.draw();
        };
        return h(
          "span",
          { class: "kept" },
          h("button", { type: "button", class: "pill", onclick: show }, name),
          h("button", { type: "button", class: "pill", onclick: forget }, "×"),
        );
      },
      draw: (node, { name }) =>
        setAttr(node.lastChild, "aria-label", t("filter.forget", { name })),
    });
  }

  /** Keep what is chosen now under the words that say it. */
  keep() {
    const name = [
      this.tab === "all" ? "" : t(`tab.${this.tab}`),
      ...this.severities.map((one) => codeText("severity", one)),
      this.mine ? t("filter.mine") : "",
      this.words,
    ]
      .filter(Boolean)
      .join(language() === "zh" ? "、" : ", ");
    const others = kept().filter((one) => one.name !== name);
    const asked = new URLSearchParams(this.asked()).toString();
    const views = [...others, { name, asked }].slice(-KEPT_MAX);
    write(KEPT, views);
    this.draw();
  }

  onSearchKey(event) {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    if (event.key === "Escape") this.set({ words: "" });
    byId("rows").focus();
    event.preventDefault();
  }

  /** As in every list of tabs: the arrows move along it. */
  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length];
    this.set({ tab: next });
    byId("tabs").querySelector("[aria-selected=true]").focus();
    event.preventDefault();
  }
}

const flipped = (some, one) =>
  some.includes(one) ? some.filter((other) => other !== one) : [...some, one];

/** The views that were kept in this browser; what is not one of ours is none. */
function kept() {
  const found = read(KEPT);
  return Array.isArray(found) ? found.filter((one) => one?.name && one.asked !== undefined) : [];
}
