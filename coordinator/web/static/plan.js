// The band on top and the proposed plan: what is to be decided, what it costs, how good it provably
// is, and why each unit goes.
import { ageText, durationText, timeUs } from "/shared/clock.js";
import { inLanguage, language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { caseLink } from "./console_links.js";
import { drawUnserved } from "./needs.js";
import {
  districtName,
  fullName,
  incidentName,
  namesEpoch,
  number,
  placeName,
  unitName,
} from "./names.js";

const AFTER_ISSUE_US = 120e6; // how long acknowledgements stay on top
const RECENT_MAX = 4;
const NAMED_MAX = 3; // districts that the band names
const ORDERS_STEP = 100; // orders of a plan that are shown at once, and more with each press
const byId = (id) => document.getElementById(id);
const round = (n, digits = 0) => n.toLocaleString("en", { maximumFractionDigits: digits });
/** Weighted seconds as minutes; a small number with a digit behind the point. */
const minutes = (seconds) => round(seconds / 60, seconds < 600 ? 1 : 0);

const page = { plan: "", shown: ORDERS_STEP };

export const proposed = (plans) => plans.find((plan) => plan.stage === "proposed") ?? null;
/** The newest plan that was issued lately: its acknowledgements are what the officer waits for. */
export const justIssued = (plans, nowUs) =>
  plans.find((plan) => plan.stage === "issued" && nowUs - issuedUs(plan) < AFTER_ISSUE_US) ?? null;
/** Counted from the issuing, not from when it was made: an officer may take time to decide. */
const issuedUs = (plan) => timeUs(plan.issued_at ?? plan.made_at);

/** How far above the best possible, in percent; null where no bound is proved. */
export function gapPercent(plan) {
  if (!(plan.bound > 0)) return plan.cost === 0 ? 0 : null;
  return Math.max(0, (100 * (plan.cost - plan.bound)) / plan.bound);
}

/**
 * What matters most, in this order: whom nothing here would serve, a plan that waits, what was just
 * issued, what is being planned, who is cut off. `acknowledged`: how many crews have accepted of the
 * plan that was just issued; `unserved`: needs, the gravest first; `hidden`: how many there are
 * besides; `offline`: the districts of which nothing is heard.
 */
export function drawBand(numbers, nowUs) {
  const { plans, acknowledged, asked, unserved, hidden, offline } = numbers;
  const plan = proposed(plans);
  const recent = justIssued(plans, nowUs);
  const waits = unserved.length > 0;
  const isAwaited = recent && acknowledged < recent.orders; // an answer of a crew
  const isCutOff = !asked && !isAwaited && offline.length > 0;
  const quiet = isCutOff ? "is-cut-off" : recent ? "is-issued" : "";
  const mark = waits ? "is-unserved" : plan ? "is-asking" : quiet;
  byId("band").className = `band ${mark}`.trim();
  setHidden(byId("band-actions"), !plan || !may("issue_plan"));
  drawUnserved(unserved, waits ? hidden : 0, nowUs);
  if (waits) return drawWaiting(unserved.length + hidden, plan);
  if (plan) return drawAsking(plan);
  if (isCutOff) return drawCutOff(offline, nowUs);
  if (recent) return drawIssued(recent, acknowledged);
  if (asked) return drawPlanning(asked);
  return drawCalm(numbers);
}

function drawWaiting(n, plan) {
  setText(byId("band-head"), t("now.unserved", { n }));
  setText(byId("band-why"), plan ? planFacts(plan) : "");
}

function drawPlanning(n) {
  setText(byId("band-head"), t("now.planning", { n }));
  setText(byId("band-why"), t("now.planning_why"));
}

/** What happens there is not known here, and so it is not calm. */
function drawCutOff(offline, nowUs) {
  const names = offline.slice(0, NAMED_MAX).map((line) => inLanguage(line.name));
  const left = offline.length - names.length;
  const all = [...names, ...(left > 0 ? [t("page.and_more", { n: left })] : [])];
  const since = Math.min(...offline.map((line) => timeUs(line.seen_at)));
  const span = durationText(Math.max(0, nowUs - since) / 1e6);
  setText(byId("band-head"), t("now.cut_off", { names: all.join(language() === "zh" ? "、" : ", ") }));
  setText(byId("band-why"), t("now.cut_off_why", { n: offline.length, span }));
}

function drawCalm({ incidents, orders }) {
  setText(byId("band-head"), t("now.idle"));
  setText(
    byId("band-why"),
    incidents + orders ? t("now.idle_why", { incidents, orders }) : t("now.empty_why"),
  );
}

/** What waits for the officer, in one line below something graver. */
function planFacts(plan) {
  return `${t("now.plan", { n: plan.orders })} · ${t("plan.made", { span: ageText(timeUs(plan.made_at)) })}`;
}

function drawAsking(plan) {
  const n = plan.orders;
  setText(
    byId("band-head"),
    n === 0 ? t("now.unassigned_only") : t("now.plan", { n }),
  );
  const cross = plan.cross_district_orders;
  const facts = [
    cross ? t("plan.cross", { n: cross }) : "",
    t("plan.cost", { n: minutes(plan.cost) }),
    quality(plan),
    t("plan.made", { span: ageText(timeUs(plan.made_at)) }),
  ];
  setText(byId("band-why"), facts.filter(Boolean).join(" · "));
  byId("band-why").title = t("plan.cost_why");
}

function drawIssued(plan, acknowledged) {
  setText(byId("band-head"), t("now.issued", { done: acknowledged, all: plan.orders }));
  setText(
    byId("band-why"),
    t("now.issued_why", { number: number(plan.id), span: ageText(issuedUs(plan)) }),
  );
}

function quality(plan) {
  const gap = gapPercent(plan);
  if (gap === null) return t("plan.no_bound");
  return gap < 0.005 ? t("plan.optimal") : t("plan.gap", { n: round(gap, 2) });
}

/**
 * The proposed plan's orders with their rationale, a bounded number of them: more at a press.
 * `detail` is null where none is proposed.
 */
export function drawPlan(detail) {
  setHidden(byId("plan"), !detail);
  if (!detail) return;
  const { plan, orders, unassigned } = detail;
  if (page.plan !== plan.id) Object.assign(page, { plan: plan.id, shown: ORDERS_STEP });
  const planner = codeText("by", plan.planner);
  setText(
    byId("plan-facts"),
    [
      number(plan.id),
      quality(plan),
      t("plan.by", {
        planner,
        solver: codeText("solver", plan.solver),
        ms: round(plan.solve_ms, 1),
      }),
    ].join(" · "),
  );
  updateList(byId("plan-orders"), orders.slice(0, page.shown), {
    keyOf: (order) => order.order,
    epoch: language() + namesEpoch(),
    make: (order) =>
      h(
        "li",
        { tabindex: "0", "data-points": order.order },
        h("div", { class: "assignment" }),
        h("div", { class: "reason" }),
      ),
    draw: drawOrder,
  });
  drawMore(orders.length - page.shown, () => {
    page.shown += ORDERS_STEP;
    drawPlan(detail);
  });
  setHidden(byId("unassigned-part"), unassigned.length === 0);
  updateList(byId("unassigned"), unassigned.slice(0, ORDERS_STEP), {
    keyOf: (slot) => slot.slot + slot.incident,
    epoch: language() + namesEpoch(),
    make: () => h("li"),
    draw: (node, slot) =>
      setText(
        node,
        [
          incidentName(slot.incident, slot.kind, slot.number),
          placeName(slot),
          `${codeText("capability", slot.capability)} — ${reason(slot.reason)}`,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
  });
  const left = unassigned.length - ORDERS_STEP;
  setHidden(byId("unassigned-more"), left <= 0);
  setText(byId("unassigned-more"), t("page.and_more", { n: left }));
}

function drawMore(left, show) {
  const button = byId("plan-more");
  setHidden(button, left <= 0);
  setText(button, t("plan.more", { n: left }));
  button.onclick = show;
}

function drawOrder(node, order) {
  node.firstChild.replaceChildren(
    h("b", {}, unitName(order.unit, order.unit_name)),
    h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
    h("span", { class: "sr" }, t("orders.to")),
    h(
      "span",
      { class: `sev-${order.severity}` },
      caseLink(order, "b", { class: "sev-label" }),
    ),
    h(
      "span",
      { class: "soft" },
      [placeName(order), districtName(order.incident_district)].filter(Boolean).join(" · "),
    ),
  );
  const lent =
    order.unit_district === order.incident_district
      ? []
      : [
          h(
            "span",
            { class: "chip is-violet" },
            t("plan.lent", { district: districtName(order.unit_district) }),
          ),
        ];
  node.lastChild.replaceChildren(...lent, whyText(order));
}

/** Why this unit, as a sentence made of the order's numbers. */
export function whyText(order) {
  const next =
    order.next_best_unit === undefined
      ? t("plan.only")
      : t("plan.next", {
          unit: fullName(order.next_best_unit, order.next_best_name, order.next_best_district),
          n: minutes(Math.max(0, order.next_best_cost - order.cost)),
        });
  const cover =
    order.coverage_price > 0 ? t("plan.coverage", { n: minutes(order.coverage_price) }) : "";
  return [
    t("plan.travels", { span: durationText(order.travel_s) }),
    t("plan.cost_of", { n: minutes(order.cost) }),
    cover,
    next,
  ]
    .filter(Boolean)
    .join(" · ");
}

export function drawRecent(plans) {
  const over = plans.filter((plan) => plan.stage !== "proposed").slice(0, RECENT_MAX);
  setHidden(byId("recent-part"), over.length === 0);
  const lines = over.map((plan) => ({ ...plan, quality: quality(plan) }));
  updateList(byId("recent"), lines, {
    keyOf: (line) => line.id,
    epoch: language(),
    make: () => h("li"),
    draw: (node, line) => {
      node.replaceChildren(
        h("span", { class: "num" }, number(line.id)),
        h(
          "span",
          { class: `chip${line.stage === "issued" ? " is-lit" : ""}` },
          codeText("plan", line.stage),
        ),
        h(
          "span",
          { class: "soft" },
          t("plan.orders", { n: line.orders }),
        ),
        h(
          "span",
          { class: "end soft num" },
          `${t("plan.cost", { n: minutes(line.cost) })} · ${line.quality}`,
        ),
      );
    },
  });
}
