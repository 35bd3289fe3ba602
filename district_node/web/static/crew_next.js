// What this crew does when its present order ends: shown, and not to be answered yet.
import { codeText, language } from "/shared/i18n.js";
import { h, setHidden, updateList } from "/shared/keyed_list.js";

const byId = (id) => document.getElementById(id);

/** Draw what comes next on `view`, a crew's screen. */
export function drawNext(view) {
  const given = view.next_orders ?? [];
  setHidden(byId("next"), given.length === 0);
  updateList(byId("next-list"), given, {
    keyOf: (one) => one.incident,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("p", { class: "soft" })),
    draw: drawOne,
  });
}

function drawOne(node, one) {
  const [what, where] = node.children;
  what.textContent = codeText("kind", one.kind);
  const place = language() === "zh" ? one.place_zh : one.place_en;
  const parts = [codeText("severity", one.severity), one.incident_number, place];
  where.textContent = parts.filter(Boolean).join(" · ");
}
