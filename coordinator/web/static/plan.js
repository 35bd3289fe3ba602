// The band on top and the proposed plan: what is to be decided, what it costs, how good it provably
// is, and why each unit goes.
import { ageText, durationText } from "/shared/clock.js";
import { language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { districtName, fullName, incidentName, namesEpoch, number, unitName } from "./names.js";

const AFTER_ISSUE_US = 120e6; // how long acknowledgements stay on top
const ACKNOWLEDGED = new Set(["accepted", "en_route", "on_scene", "done"]);
const ENDED_INCIDENT_STAGES = new Set(["closed", "merged", "rejected"]);
const ENDED_SAGA_STAGES = new Set(["aborted", "withdrawn", "done"]);
const RECENT_MAX = 4;
const byId = (id) => document.getElementById(id);
const round = (n, digits = 0) => n.toLocaleString("en", { maximumFractionDigits: digits });

export const proposed = (snapshot) =>
  snapshot.plans.find((plan) => plan.stage === "proposed") ?? null;

/** How far above the best possible, in percent; null where no bound is proved. */
export function gapPercent(plan) {
  if (!(plan.bound > 0)) return plan.cost === 0 ? 0 : null;
  return Math.max(0, (100 * (plan.cost - plan.bound)) / plan.bound);
}

export function drawBand(snapshot, nowUs) {
  const plan = proposed(snapshot);
  const recent = snapshot.plans.find(
    (one) => one.stage === "issued" && nowUs - one.made_at < AFTER_ISSUE_US,
  );
  byId("band").className = `band${plan ? " is-asking" : recent ? " is-issued" : ""}`;
  setHidden(byId("band-actions"), !plan);
  if (plan) return drawAsking(plan);
  if (recent) return drawIssued(recent, snapshot.orders);
  const incidents = snapshot.incidents.filter(
    (incident) => !ENDED_INCIDENT_STAGES.has(incident.stage),
  ).length;
  const orders = snapshot.orders.filter((order) => !ENDED_SAGA_STAGES.has(order.saga_stage)).length;
  setText(byId("band-head"), t("now.idle"));
  setText(
    byId("band-why"),
    incidents + orders ? t("now.idle_why", { incidents, orders }) : t("now.empty_why"),
  );
}

function drawAsking(plan) {
  const n = plan.orders.length;
  setText(
    byId("band-head"),
    n === 0 ? t("now.unassigned_only") : n === 1 ? t("now.plan_one") : t("now.plan", { n }),
  );
  const cross = plan.orders.filter((order) => order.rationale.cross_district).length;
  const facts = [
    cross ? t("plan.cross", { n: cross }) : "",
    t("plan.cost", { n: round(plan.cost) }),
    quality(plan),
    t("plan.made", { span: ageText(plan.made_at) }),
  ];
  setText(byId("band-why"), facts.filter(Boolean).join(" · "));
  byId("band-why").title = t("plan.cost_why");
}

function drawIssued(plan, orders) {
  const mine = orders.filter((order) => order.plan === plan.plan);
  const done = mine.filter((order) => ACKNOWLEDGED.has(order.crew_stage)).length;
  setText(byId("band-head"), t("now.issued", { done, all: plan.orders.length }));
  setText(
    byId("band-why"),
    t("now.issued_why", { number: number(plan.plan), span: ageText(plan.made_at) }),
  );
}

function quality(plan) {
  const gap = gapPercent(plan);
  if (gap === null) return t("plan.no_bound");
  return gap < 0.005 ? t("plan.optimal") : t("plan.gap", { n: round(gap, 2) });
}

/**
 * The plan's orders with their rationale; `highlight(order)` is called when one is pointed at, with
 * null when none is.
 */
export function drawPlan(snapshot, highlight) {
  const plan = proposed(snapshot);
  setHidden(byId("plan"), !plan);
  if (!plan) return;
  const planner = codeText("by", plan.planner);
  setText(
    byId("plan-facts"),
    [
      number(plan.plan),
      quality(plan),
      t("plan.by", {
        planner,
        solver: codeText("solver", plan.solver),
        ms: round(plan.solve_ms, 1),
      }),
    ].join(" · "),
  );
  updateList(byId("plan-orders"), plan.orders, {
    keyOf: (order) => order.order,
    epoch: language() + namesEpoch(),
    make: (order) =>
      h(
        "li",
        {
          tabindex: "0",
          onmouseenter: () => highlight(order.order),
          onfocus: () => highlight(order.order),
          onmouseleave: () => highlight(null),
          onblur: () => highlight(null),
        },
        h("div", { class: "assignment" }),
        h("div", { class: "reason" }),
      ),
    draw: drawOrder,
  });
  setHidden(byId("unassigned-part"), plan.unassigned.length === 0);
  updateList(byId("unassigned"), plan.unassigned, {
    keyOf: (unassigned) => unassigned.slot + unassigned.incident,
    epoch: language() + namesEpoch(),
    make: () => h("li"),
    draw: (node, unassigned) =>
      setText(
        node,
        `${incidentName(unassigned.incident)} · ` +
          `${codeText("capability", unassigned.capability)} — ${reason(unassigned.reason)}`,
      ),
  });
}

function drawOrder(node, order) {
  const { task } = order;
  node.firstChild.replaceChildren(
    h("b", {}, unitName(order.unit)),
    h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
    h("span", { class: "sr" }, t("orders.to")),
    h(
      "span",
      { class: `sev-${task.severity}` },
      h("b", { class: "sev-label" }, incidentName(task.incident, task.kind)),
    ),
    h("span", { class: "soft" }, districtName(task.incident_district)),
  );
  const lent = order.rationale.cross_district
    ? [
        h(
          "span",
          { class: "chip is-violet" },
          t("plan.lent", { district: districtName(order.unit_district) }),
        ),
      ]
    : [];
  node.lastChild.replaceChildren(...lent, rationaleText(order.rationale));
}

/** Why this unit, as a sentence made of the rationale's numbers. */
export function rationaleText(rationale) {
  const next =
    rationale.next_best === null
      ? t("plan.only")
      : t("plan.next", {
          unit: fullName(rationale.next_best),
          n: round(Math.max(0, rationale.next_best_cost - rationale.cost)),
        });
  const cover =
    rationale.coverage_price > 0 ? t("plan.coverage", { n: round(rationale.coverage_price) }) : "";
  return [
    t("plan.travels", { span: durationText(rationale.travel_s) }),
    t("plan.cost_of", { n: round(rationale.cost) }),
    cover,
    next,
  ]
    .filter(Boolean)
    .join(" · ");
}

export function drawRecent(snapshot) {
  const plans = snapshot.plans.filter((plan) => plan.stage !== "proposed").slice(0, RECENT_MAX);
  setHidden(byId("recent-part"), plans.length === 0);
  const lines = plans.map((plan) => ({
    plan: plan.plan,
    stage: plan.stage,
    orders: plan.orders.length,
    cost: plan.cost,
    quality: quality(plan),
  }));
  updateList(byId("recent"), lines, {
    keyOf: (line) => line.plan,
    epoch: language(),
    make: () => h("li"),
    draw: (node, line) => {
      node.replaceChildren(
        h("span", { class: "num" }, number(line.plan)),
        h(
          "span",
          { class: `chip${line.stage === "issued" ? " is-lit" : ""}` },
          codeText("plan", line.stage),
        ),
        h(
          "span",
          { class: "soft" },
          line.orders === 1 ? t("plan.orders_one") : t("plan.orders", { n: line.orders }),
        ),
        h(
          "span",
          { class: "end soft num" },
          `${t("plan.cost", { n: round(line.cost) })} · ${line.quality}`,
        ),
      );
    },
  });
}
