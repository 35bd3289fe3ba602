// The city's one screen: holds the newest snapshot and draws band, map, plan and lists. One key
// issues the proposed plan.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { askReason, ensureOperatorName, operatorButton } from "/shared/dialogs.js";
import { everySecond, nowUs, timeOfDay } from "/shared/clock.js";
import { onLanguage, t } from "/shared/i18n.js";
import { setText } from "/shared/keyed_list.js";
import { watchStream } from "/shared/live_stream.js";
import { CityMap } from "./city_map.js";
import { drawCounts, drawDistricts, drawOrders, drawPlanner } from "./side_panel.js";
import { number, updateNames } from "./names.js";
import { drawBand, drawPlan, drawRecent, proposed } from "./plan.js";

const ARM_MS = 700; // a plan that has just come cannot be issued by a key meant for the one before
const byId = (id) => document.getElementById(id);
const page = { snapshot: null, plan: null, armed: false, busy: false, receivedAt: 0 };
const map = new CityMap(byId("map"));

function receive(snapshot) {
  page.snapshot = snapshot;
  page.receivedAt = nowUs();
  updateNames(snapshot);
  focusPlan(proposed(snapshot));
  draw();
}

function draw() {
  const { snapshot } = page;
  if (!snapshot) return;
  drawPlanner(snapshot);
  drawPlan(snapshot, (order) => map.highlight(order, page.snapshot));
  drawRecent(snapshot);
  drawOrders(snapshot.orders);
  drawCounts(snapshot.counts);
  map.draw(snapshot);
  tick();
}

/**
 * A new proposed plan takes the focus, so that one key issues it, but only after the officer had
 * time to see it.
 */
function focusPlan(plan) {
  if (plan?.plan === page.plan) return;
  page.plan = plan?.plan ?? null;
  arm(false);
  if (plan) setTimeout(() => page.plan === plan.plan && arm(true), ARM_MS);
}

function arm(armed) {
  page.armed = armed;
  byId("issue").setAttribute("aria-disabled", String(!armed));
  if (armed && document.activeElement === document.body) byId("issue").focus();
}

async function issue() {
  if (!page.plan || !page.armed || page.busy) return;
  await send(page.plan, true, "");
}

async function reject() {
  const { plan } = page;
  if (!plan || page.busy || document.querySelector("dialog[open]")) return;
  const presets = ["why.not_now", "why.other_plan", "why.too_thin"];
  const reason = await askReason({ title: t("plan.ask_reject"), what: number(plan), presets });
  if (reason !== null) await send(plan, false, reason);
}

async function send(plan, isIssued, reason) {
  const officer = await ensureOperatorName();
  if (!officer) return;
  page.busy = true;
  byId("issue").setAttribute("aria-disabled", "true");
  const outcome = await sendAction("/act", { officer, plan, issue: isIssued, reason });
  page.busy = false;
  toastOutcome(`${t(isIssued ? "plan.issue" : "plan.reject")} ${number(plan)}`, outcome);
  if (page.plan === plan) arm(true);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, textarea")) return;
  if (event.key === "Enter" && event.target === document.body) issue();
  else if (event.key === "r") reject();
  else if (event.key === "f") map.fit();
  else if (event.key === "?") byId("help-dialog").showModal();
  else return;
  event.preventDefault();
}

function tick() {
  if (!page.snapshot) return;
  setText(byId("now"), timeOfDay(nowUs()));
  drawBand(page.snapshot, nowUs());
  drawDistricts(page.snapshot.districts, Math.max(0, (nowUs() - page.receivedAt) / 1e6));
}

byId("issue").addEventListener("click", issue);
byId("reject").addEventListener("click", reject);
byId("keys").addEventListener("click", () => byId("help-dialog").showModal());
document.addEventListener("keydown", onKey);
onLanguage(draw);
operatorButton(byId("operator"));
everySecond(tick);
watchStream("/live", receive);
