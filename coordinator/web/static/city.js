// The city's one screen: watches windows of the city's lists and draws band, map, plan and lists.
// One key issues the proposed plan.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { drawConditions } from "/shared/conditions.js";
import { askReason, ensureOperatorName, operatorButton } from "/shared/dialogs.js";
import { watchChanges } from "/shared/changes.js";
import { everySecond, nowUs, timeOfDay } from "/shared/clock.js";
import { onLanguage, t } from "/shared/i18n.js";
import { setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { CityMap } from "./city_map.js";
import { drawDistricts } from "./district_table.js";
import { drawCounts, drawOrders, drawPlanner } from "./side_panel.js";
import { namesEpoch, number, updateDistricts } from "./names.js";
import { unserved } from "./needs.js";
import { PLAN, watchPointed } from "./pointed.js";
import { drawBand, drawPlan, drawRecent, justIssued, proposed } from "./plan.js";

const ARM_MS = 700; // a plan that has just come cannot be issued by a key meant for the one before
const PLANS_MAX = 6; // the proposed one and the last ones
const ORDERS_MAX = 40;
const DISTRICTS_MAX = 500;
const PLAN_LINES_MAX = 200;
const NEEDS_MAX = 40;
const TYPED_INTO = "input:not([type=checkbox], [type=radio]), textarea";
const ACKNOWLEDGED = "accepted OR en_route OR on_scene OR done";
const byId = (id) => document.getElementById(id);
const page = { rows: {}, totals: {}, plan: null, armed: false, busy: false, drawn: new Set() };
const rows = (name) => page.rows[name] ?? [];
const total = (name) => page.totals[name] ?? 0;
const map = new CityMap(byId("map"), () => watch.reopen());
const pointed = watchPointed(() => drawLines());

const DRAWN = {
  city: () => {
    const [city] = rows("city");
    if (!city) return;
    drawConditions(city.conditions);
    drawPlanner(city);
    drawCounts(city.counts);
  },
  districts: () => {
    const names = namesEpoch();
    updateDistricts(rows("districts"));
    map.drawDistricts(rows("districts"));
    if (namesEpoch() === names) return;
    for (const name of Object.keys(DRAWN)) if (name !== "districts") DRAWN[name]();
  },
  plans: () => {
    focusPlan(proposed(rows("plans")));
    drawRecent(rows("plans"));
    DRAWN.plan();
  },
  plan: () => {
    drawPlan(detail());
    drawLines();
  },
  orders: () => drawOrders(rows("orders"), total("orders")),
  map_incidents: () => {
    map.drawIncidents(rows("map_incidents"));
    drawMapMore();
  },
  map_units: () => {
    map.drawUnits(rows("map_units"));
    drawMapMore();
  },
  map_orders: () => drawLines(),
};

/** The windows that this screen shows. */
function views() {
  const [plan, issued] = [proposed(rows("plans")), justIssued(rows("plans"), nowUs())];
  return [
    { name: "city", collection: "city", key: "city" },
    { name: "districts", collection: "districts", limit: DISTRICTS_MAX },
    { name: "plans", collection: "plans", limit: PLANS_MAX },
    { name: "orders", collection: "orders", limit: ORDERS_MAX },
    { name: "asked", collection: "needs", filter: "requested = true", limit: NEEDS_MAX },
    { name: "own", ...OWN_NEEDS },
    ...(plan ? [{ name: "plan", collection: "plans", key: plan.id }] : []),
    ...(!plan && issued ? [acknowledgements(issued)] : []),
    ...map.views(),
  ];
}

/** What districts have not asked the city for: the first of them may be late. */
const OWN_NEEDS = {
  collection: "needs",
  filter: "requested = false",
  order_by: "deadline",
  limit: NEEDS_MAX,
};

/** Only how many there are counts. */
const acknowledgements = (plan) => ({
  name: "acknowledged",
  collection: "orders",
  filter: `plan = ${plan.id} AND crew_stage = (${ACKNOWLEDGED})`,
  limit: 1,
});

function receive(name, changed, count) {
  page.rows[name] = changed.map((row) => row.value);
  page.totals[name] = count;
  if (page.drawn.size === 0) queueMicrotask(draw);
  page.drawn.add(name);
}

function draw() {
  const changed = [...page.drawn];
  page.drawn.clear();
  for (const name of changed) DRAWN[name]?.();
  tick();
  watch.reopen();
}

/** The proposed plan in full, once it is there. */
function detail() {
  const [found] = rows("plan");
  return found && found.plan.id === proposed(rows("plans"))?.id ? found : null;
}

/** The arrows of what is pointed at, or all of them. */
function drawLines() {
  const [here, showsAll] = [pointed.now(), map.showsAllLines];
  const orders = showsAll ? rows("map_orders") : rows("orders");
  const isDrawn = (id) => showsAll || id === here;
  const isPlanned = ({ order }) => here === PLAN || isDrawn(order);
  map.drawLines({
    orders: orders.filter(({ id, live }) => live && isDrawn(id)),
    planned: detail()?.orders.filter(isPlanned).slice(0, PLAN_LINES_MAX) ?? [],
    units: rows("map_units"),
    pointed: here,
  });
}

function showAllLines(showsAll) {
  map.showsAllLines = byId("all-lines").checked = showsAll;
  drawLines();
  watch.reopen(); // those in the window are watched only while they are shown
}

function drawMapMore() {
  const all = total("map_units") + total("map_incidents");
  const [shown, of] = [map.shown, all].map((n) => n.toLocaleString("en"));
  setHidden(byId("map-more"), all <= map.shown);
  setText(byId("map-more"), t("city.map_more", { shown, total: of }));
}

/**
 * A new proposed plan takes the focus, so that one key issues it, but only after the officer had
 * time to see it.
 */
function focusPlan(plan) {
  if ((plan?.id ?? null) === page.plan) return;
  page.plan = plan?.id ?? null;
  arm(false);
  if (plan) setTimeout(() => page.plan === plan.id && arm(true), ARM_MS);
}

function arm(armed) {
  page.armed = armed;
  byId("issue").setAttribute("aria-disabled", String(!armed));
  if (armed && document.activeElement === document.body) byId("issue").focus();
}

async function issue() {
  if (!page.plan || !page.armed || page.busy || !may("issue_plan")) return;
  await send(page.plan, "issue", "");
}

async function reject() {
  const { plan } = page;
  if (!plan || page.busy || !may("reject_plan")) return;
  if (document.querySelector("dialog[open]")) return;
  const presets = ["why.not_now", "why.other_plan", "why.too_thin"];
  const reason = await askReason({ title: t("plan.ask_reject"), what: number(plan), presets });
  if (reason !== null) await send(plan, "reject", reason);
}

async function send(plan, verb, reason) {
  const actor = await ensureOperatorName();
  if (!actor) return;
  page.busy = true;
  byId("issue").setAttribute("aria-disabled", "true");
  const outcome = await sendAction("/api/v1/actions", { actor, plan, verb, reason });
  page.busy = false;
  toastOutcome(`${t(`plan.${verb}`)} ${number(plan)}`, outcome);
  if (page.plan === plan) arm(true);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]") || event.target.closest(TYPED_INTO)) return;
  if (event.key === "Enter" && event.target === document.body) issue();
  else if (event.key === "r") reject();
  else if (event.key === "f") map.fit();
  else if (event.key === "a") showAllLines(!map.showsAllLines);
  else if (event.key === "?") byId("help-dialog").showModal();
  else return;
  event.preventDefault();
}

/** What was pressed by hand keeps no focus: Enter stays the plan's key, and presses nothing again. */
function onPressed(event) {
  const isByHand = event.detail > 0;
  if (isByHand && !document.querySelector("dialog[open]")) document.activeElement?.blur();
}

function tick() {
  const [city] = rows("city");
  if (!city || !page.rows.districts || !page.rows.plans || !page.rows.asked) return;
  setText(byId("now"), timeOfDay(nowUs()));
  const waits = unserved([...rows("asked"), ...rows("own")], nowUs());
  map.drawUnserved(waits);
  const numbers = {
    plans: rows("plans"),
    incidents: rows("districts").reduce((sum, line) => sum + line.incidents, 0),
    orders: city.counts.orders_live ?? 0,
    acknowledged: total("acknowledged"),
    asked: total("asked"),
    unserved: waits,
    hidden: total("asked") - rows("asked").length,
    offline: rows("districts").filter((line) => !line.online && line.seen_at),
  };
  drawBand(numbers, nowUs());
  drawDistricts(rows("districts"), waits);
}

byId("issue").addEventListener("click", issue);
byId("reject").addEventListener("click", reject);
byId("all-lines").addEventListener("change", ({ target }) => showAllLines(target.checked));
byId("keys").addEventListener("click", () => byId("help-dialog").showModal());
document.addEventListener("keydown", onKey);
document.addEventListener("click", onPressed);
onLanguage(() => {
  for (const name of Object.keys(DRAWN)) page.drawn.add(name);
  draw();
});
operatorButton(byId("operator"));
everySecond(tick);
const watch = watchChanges({ views, onChange: receive });
