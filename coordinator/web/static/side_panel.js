// The city's orders, districts, counts, planner: the lists beside the map.
import { durationText } from "/shared/clock.js";
import { inLanguage, language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { districtName, incidentName, namesEpoch, unitName } from "./names.js";

const CITY_STEPS = ["proposing", "committed", "issued"]; // then the crew's
const CREW_STEPS = ["accepted", "en_route", "on_scene", "done"];
const STEPS = [...CITY_STEPS, ...CREW_STEPS];
const BROKEN = new Set(["aborting", "aborted", "withdrawing", "withdrawn"]);
const ENDED_SAGA_STAGES = new Set(["aborted", "withdrawn", "done"]);
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
const ORDERS_MAX = 40;
const byId = (id) => document.getElementById(id);
const round = (n) => n.toLocaleString("en", { maximumFractionDigits: 1 });

/** How far an order is: the crew's step where the crew has one, else the city's. */
export function stepOf(order) {
  const crew = STEPS.indexOf(order.crew_stage);
  return Math.max(
    crew >= CITY_STEPS.length ? crew : -1,
    STEPS.indexOf(order.saga_stage),
    BROKEN.has(order.saga_stage) ? 0 : -1,
  );
}

export const isEnded = (order) => ENDED_SAGA_STAGES.has(order.saga_stage);

export function drawOrders(orders) {
  setHidden(byId("no-orders"), orders.length > 0);
  updateList(byId("orders"), orders.slice(0, ORDERS_MAX), {
    keyOf: (order) => order.order,
    epoch: language() + namesEpoch(),
    make: () =>
      h(
        "li",
        {},
        h("div", { class: "line" }),
        h("div", { class: "steps", role: "img" }, ...STEPS.map(() => h("span"))),
      ),
    draw: drawOrder,
  });
}

function drawOrder(node, order) {
  const broken = BROKEN.has(order.saga_stage);
  const step = stepOf(order);
  const what =
    broken || step < CITY_STEPS.length
      ? codeText("saga", order.saga_stage)
      : codeText("order", order.crew_stage);
  node.className = [isEnded(order) ? "is-ended" : "", broken ? "is-broken" : ""].join(" ").trim();
  node.firstChild.replaceChildren(
    h("b", {}, unitName(order.unit)),
    h("span", { class: "faint", "aria-hidden": "true" }, "→"),
    h("span", {}, incidentName(order.incident)),
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

export function drawDistricts(districts, ageS) {
  setHidden(byId("no-districts"), districts.length > 0);
  setHidden(byId("district-table"), districts.length === 0);
  const lines = districts.map((line) => ({
    ...line,
    age_s: line.offline ? Math.round(line.age_s + ageS) : 0,
    centre: null,
  }));
  updateList(byId("districts"), lines, {
    keyOf: (line) => line.district,
    epoch: language(),
    make: () =>
      h(
        "tr",
        {},
        h("td"),
        h("td", { class: "n num" }),
        h("td", { class: "n num" }),
        h("td", {}, h("span", { class: "lamp" }), h("span")),
      ),
    draw: (node, line) => {
      const [name, incidents, units, link] = node.children;
      setText(name, inLanguage(line.name));
      setText(incidents, String(line.incidents));
      setText(units, `${line.units_free} / ${line.units}`);
      link.firstChild.className = `lamp ${line.offline ? "is-down" : "is-up"}`;
      setText(
        link.lastChild,
        line.offline
          ? t("districts.offline", { span: durationText(line.age_s) })
          : t("districts.online"),
      );
    },
  });
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
