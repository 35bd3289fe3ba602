// The city's one screen: keeps what was pushed and joins band, map, plan and lists. One key issues the proposed plan.
import { act, toastOutcome } from "/shared/act.js";
import { askReason, named, whoButton } from "/shared/ask.js";
import { everySecond, nowUs, timeOfDay } from "/shared/clock.js";
import { onLanguage, t } from "/shared/i18n.js";
import { setText } from "/shared/keyed.js";
import { watch } from "/shared/live.js";
import { CityMap } from "./citymap.js";
import { drawCounts, drawDistricts, drawDrives, drawPlanner } from "./lists.js";
import { learn, number } from "./names.js";
import { drawBand, drawPlan, drawRecent, proposed } from "./plan.js";

const ARM_MS = 700; // a plan that has just come cannot be issued by a key meant for the one before
const at = (id) => document.getElementById(id);
const page = { snapshot: null, plan: null, armed: false, busy: false, tookAt: 0 };
const map = new CityMap(at("map"));

function take(snapshot) {
  page.snapshot = snapshot;
  page.tookAt = nowUs();
  learn(snapshot);
  follow(proposed(snapshot));
  draw();
}

function draw() {
  const { snapshot } = page;
  if (!snapshot) return;
  drawPlanner(snapshot);
  drawPlan(snapshot, (order) => map.point(order, page.snapshot));
  drawRecent(snapshot);
  drawDrives(snapshot.drives);
  drawCounts(snapshot.counts);
  map.draw(snapshot);
  tick();
}

/** A new proposed plan takes the focus, so that one key issues it, but only after an eye had time to see it. */
function follow(plan) {
  if (plan?.plan === page.plan) return;
  page.plan = plan?.plan ?? null;
  arm(false);
  if (plan) setTimeout(() => page.plan === plan.plan && arm(true), ARM_MS);
}

function arm(armed) {
  page.armed = armed;
  at("issue").setAttribute("aria-disabled", String(!armed));
  if (armed && document.activeElement === document.body) at("issue").focus();
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
  const officer = await named();
  if (!officer) return;
  page.busy = true;
  at("issue").setAttribute("aria-disabled", "true");
  const outcome = await act("/act", { officer, plan, issue: isIssued, reason });
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
  else if (event.key === "?") at("help-dialog").showModal();
  else return;
  event.preventDefault();
}

function tick() {
  if (!page.snapshot) return;
  setText(at("now"), timeOfDay(nowUs()));
  drawBand(page.snapshot, nowUs());
  drawDistricts(page.snapshot.districts, Math.max(0, (nowUs() - page.tookAt) / 1e6));
}

at("issue").addEventListener("click", issue);
at("reject").addEventListener("click", reject);
at("keys").addEventListener("click", () => at("help-dialog").showModal());
document.addEventListener("keydown", onKey);
onLanguage(draw);
whoButton(at("who"));
everySecond(tick);
watch("/live", take);
