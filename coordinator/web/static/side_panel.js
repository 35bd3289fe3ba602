// The city's orders, counts, planner: lists beside the map and below it.
import { language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { caseLink } from "./console_links.js";
import { districtName, namesEpoch, placeName, unitName } from "./names.js";

const CITY_STEPS = ["proposing", "committed", "issued"]; // then the crew's
const CREW_STEPS = ["accepted", "en_route", "on_scene", "done"];
const STEPS = [...CITY_STEPS, ...CREW_STEPS];
const BROKEN = new Set(["aborting", "aborted", "withdrawing", "withdrawn"]);
const WORRYING = new Set([
  "extra",
  "slots_unserved",
  "plans_failed",
  "aborted",
  "letters_quarantined",
  "letters_refused",
]);
// the prefix of counts of single letters: for the metrics, not for a duty officer
const REQUEST_COUNT = "requested_";
const byId = (id) => document.getElementById(id);
const round = (n) => n.toLocaleString("en", { maximumFractionDigits: 1 });

/** How far an order is: the crew's step where the crew has one, else the city's. */
export function stepOf(order) {
  const crew = STEPS.indexOf(order.crew_stage);
  return Math.max(
    crew >= CITY_STEPS.length ? crew : -1,
    STEPS.indexOf(order.stage),
    BROKEN.has(order.stage) ? 0 : -1,
  );
}

/** The window of orders, of which there are `total`. */
export function drawOrders(orders, total) {
  setHidden(byId("no-orders"), orders.length > 0);
  setHidden(byId("orders-more"), total <= orders.length);
  setText(byId("orders-more"), t("page.and_more", { n: round(total - orders.length) }));
  updateList(byId("orders"), orders, {
    keyOf: (order) => order.id,
    epoch: language() + namesEpoch(),
    make: (order) =>
      h(
        "li",
        { tabindex: "0", "data-points": order.id },
        h("div", { class: "line" }),
        h("div", { class: "steps", role: "img" }, ...STEPS.map(() => h("span"))),
      ),
    draw: drawOrder,
  });
}

function drawOrder(node, order) {
  const broken = BROKEN.has(order.stage);
  const step = stepOf(order);
  const what =
    broken || step < CITY_STEPS.length
      ? codeText("saga", order.stage)
      : codeText("order", order.crew_stage);
  node.className = [order.live ? "" : "is-ended", broken ? "is-broken" : ""].join(" ").trim();
  node.firstChild.replaceChildren(
    h("b", {}, unitName(order.unit, order.unit_name)),
    h("span", { class: "faint", "aria-hidden": "true" }, "→"),
    caseLink(order, "span"),
    h("span", { class: "soft" }, placeName(order)),
    order.unit_district === order.incident_district
      ? ""
      : h(
          "span",
          { class: "chip is-violet" },
          `${districtName(order.unit_district)} → ${districtName(order.incident_district)}`,
        ),
    h("span", { class: "end soft" }, [what, reason(order.reason)].filter(Boolean).join(" · ")),
  );
  node.lastChild.setAttribute(
    "aria-label",
    t("orders.step", { n: step + 1, all: STEPS.length, what }),
  );
  [...node.lastChild.children].forEach(
    (dot, i) => (dot.className = i < step ? "is-past" : i === step ? "is-here" : ""),
  );
}

export function drawCounts(counts) {
  const shown = Object.entries(counts)
    .filter(([name]) => !name.startsWith(REQUEST_COUNT))
    .map(([name, n]) => ({ name, n }));
  updateList(byId("counts"), shown, {
    keyOf: (count) => count.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span", { class: "soft" })),
    draw: (node, { name, n }) => {
      node.className = WORRYING.has(name) && n > 0 ? "is-bad" : "";
      setText(node.firstChild, round(n));
      setText(node.lastChild, codeText("count", name));
    },
  });
}

export function drawPlanner({ planner, planner_reason: why }) {
  const [lamp, text] = byId("planner").children;
  setAttr(lamp, "class", `lamp ${planner === "ray" ? "is-up" : "is-partly"}`);
  setText(text, [codeText("planner", planner), reason(why)].filter(Boolean).join(" · "));
}
