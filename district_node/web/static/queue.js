// The district's queue page: watches windows of the API's lists, holds the choice, and joins queue,
// detail, side panel and keyboard. Every action is one POST.
import { sendAction, toast, toastOutcome } from "/shared/actions.js";
import { watchChanges } from "/shared/changes.js";
import { drawConditions } from "/shared/conditions.js";
import { askReason, ensureOperatorName, operatorButton } from "/shared/dialogs.js";
import { everySecond, nowUs, timeOfDay, timeUs } from "/shared/clock.js";
import { language, onLanguage, t, codeText } from "/shared/i18n.js";
import { setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { WindowedList } from "/shared/windowed_list.js";
import {
  drawDetail,
  isReopening,
  needsReason,
  offered,
  tickDetail,
  verbText,
} from "./incident_detail.js";
import { askReport } from "./report_form.js";
import { pickUnit } from "./unit_picker.js";
import { drawStandings } from "./agent_standings.js";
import { drawRow, isEnded, makeRow, number, tickRow } from "./queue_row.js";
import { drawCounts, drawLinks, drawSources, drawUnits } from "./side_panel.js";
import { UnitNames } from "./unit_names.js";

const byId = (id) => document.getElementById(id);
const COUNT = { offset: 10_000_000, limit: 1 }; // a window below every row: only its total comes
const NEW_US = 30e6; // a row that enters the window and is younger has just come in
const PRESETS = {
  reject: ["why.false_alarm", "why.duplicate", "why.not_ours", "why.gone", "why.nobody_knows"],
  close: ["why.seen_fixed", "why.crew_said", "why.gone", "why.false_alarm", "why.nobody_knows"],
  verify: ["why.seen_fixed", "why.crew_said", "why.gone", "why.false_alarm", "why.nobody_knows"],
  open: ["why.came_back"],
  escalate: ["why.no_crew", "why.too_big"],
  defer: ["why.later"],
};
// what it turned out to be, said by the same press as why
const DISPOSITIONS = {
  "why.seen_fixed": "fixed",
  "why.crew_said": "fixed",
  "why.gone": "gone",
  "why.false_alarm": "false_alarm",
  "why.duplicate": "duplicate",
  "why.not_ours": "not_ours",
  "why.nobody_knows": "not_verifiable",
};
const VERB_KEYS = {
  v: "verify",
  c: "close",
  r: "reject",
  e: "escalate",
  d: "defer",
  k: "acknowledge",
};

const page = {
  window: null, // {rows, total, offset} of the queue
  totals: { live: 0, ended: 0, free: 0 },
  units: null,
  sources: null,
  district: null,
  chosen: new URLSearchParams(location.search).get("incident"), // an id; calls link to it
  chosenAt: -1, // its index in the queue, as last seen; -1: it is not in it
  goal: null, // an index to choose once its row is there
  detail: null, // the IncidentDetail of the chosen one, once it is there
  showEnded: false,
  busy: false,
};
const names = new UnitNames(drawChosen);

const reopen = () => watch?.reopen();
const queueList = new WindowedList({
  scroller: byId("rows"),
  list: byId("rows-shown"),
  rowPx: 62,
  onMove: reopen,
});
const lists = {
  units: new WindowedList({
    scroller: byId("units-scroll"),
    list: byId("units"),
    rowPx: 52,
    onMove: reopen,
  }),
  sources: new WindowedList({
    scroller: byId("sources-scroll"),
    list: byId("sources"),
    rowPx: 66,
    onMove: reopen,
  }),
};

function views() {
  const incidents = { collection: "incidents" };
  const queued = { ...incidents, filter: "queued = true" }; // without what an area case stands for
  return [
    { name: "queue", ...(page.showEnded ? incidents : queued), ...queueList.window() },
    { name: "live", ...queued, ...COUNT },
    { name: "ended", ...incidents, filter: "open = false", ...COUNT },
    ...(page.chosen ? [{ name: "chosen", ...incidents, key: page.chosen }] : []),
    { name: "units", collection: "units", ...lists.units.window() },
    { name: "free", collection: "units", filter: "free = true", ...COUNT },
    { name: "sources", collection: "sources", ...lists.sources.window() },
    { name: "district", collection: "district" },
  ];
}

function onChange(name, rows, total, { offset, entered }) {
  const values = rows.map((row) => row.value);
  if (name === "queue") takeQueue({ rows: values, total, offset }, new Set(entered));
  else if (name === "chosen") takeDetail(values[0] ?? null);
  else if (name === "district") ((page.district = values[0] ?? null), drawDistrict());
  else if (name in page.totals) ((page.totals[name] = total), drawTotals());
  else if (name in lists) ((page[name] = { rows: values, total, offset }), drawSide());
}

function takeQueue(window, entered) {
  page.window = window;
  drawRows();
  for (const row of window.rows) {
    if (entered.has(row.id) && nowUs() - timeUs(row.reported_at) < NEW_US)
      byId(`row-${row.id}`).classList.add("is-new");
  }
  const here = window.rows.findIndex((row) => row.id === page.chosen);
  if (here >= 0) page.chosenAt = window.offset + here;
  const goal = page.goal === null ? null : rowAt(page.goal);
  if (goal) choose(goal.id);
  else if (page.chosen === null && window.rows.length) take(window.rows[0].id);
  else drawChosen();
}

function takeDetail(detail) {
  page.detail = detail;
  if (detail) return drawChosen();
  page.chosen = null; // it is long over
  page.chosenAt = -1;
  if (page.window?.rows.length) take(page.window.rows[0].id);
  else drawChosen();
}

function draw() {
  if (page.window) drawRows();
  drawTotals();
  drawChosen();
  drawSide();
  drawDistrict();
}

function drawTotals() {
  const { live, ended } = page.totals;
  setText(
    byId("queue-counts"),
    [t("queue.live", { n: live }), ended ? t("queue.ended", { n: ended }) : ""]
      .filter(Boolean)
      .join(" · "),
  );
  const toggle = byId("toggle-ended");
  setText(toggle, t(page.showEnded ? "queue.hide_ended" : "queue.show_ended"));
  toggle.setAttribute("aria-pressed", String(page.showEnded));
}

function drawEmpty(isEmpty) {
  setHidden(byId("rows"), isEmpty);
  setHidden(byId("empty"), !isEmpty);
  setHidden(byId("empty-help"), !isEmpty);
  byId("empty-title").dataset.i18n = "queue.empty_title";
  setText(byId("empty-title"), t("queue.empty_title"));
}

function drawRows() {
  const { rows, total, offset } = page.window;
  drawEmpty(total === 0);
  const parts = { keyOf: (row) => row.id, make: makeRow, draw: drawRow, epoch: language() };
  queueList.draw(rows, { offset, total, ...parts });
  [...byId("rows-shown").children].forEach((node, i) => {
    setAttr(node, "aria-posinset", offset + i + 1);
    setAttr(node, "aria-setsize", total);
  });
}

function drawSide() {
  if (page.units) {
    names.learn(page.units.rows);
    drawUnits(lists.units, page.units, page.totals.free);
  }
  if (page.sources) {
    const isHeard = !page.district?.links.some((link) => link.name === "broker" && !link.up);
    drawSources(lists.sources, page.sources, page.district?.watch ?? [], isHeard);
  }
}

function drawDistrict() {
  const { district } = page;
  if (!district) return;
  setText(byId("district"), language() === "zh" ? district.name_zh : district.name_en);
  drawConditions(district.conditions);
  drawStandings(district.standings);
  drawLinks(district.links);
  drawCounts(district.counts);
  drawSide();
}

const rowAt = (index) => page.window?.rows[index - page.window.offset] ?? null;

/** The chosen incident as the queue shows it. */
function chosenRow() {
  const { detail, chosen, window } = page;
  if (detail?.incident.id === chosen) return detail.incident;
  return window?.rows.find((row) => row.id === chosen) ?? null;
}

function drawChosen() {
  for (const node of byId("rows-shown").children) {
    const selected = String(node.dataset.key === page.chosen);
    if (node.getAttribute("aria-selected") !== selected)
      node.setAttribute("aria-selected", selected);
  }
  const isShown = page.window?.rows.some((row) => row.id === page.chosen);
  setAttr(byId("rows"), "aria-activedescendant", isShown && `row-${page.chosen}`);
  const row = chosenRow();
  drawDetail(row, page.detail?.incident.id === row?.id ? page.detail : null, names, press);
}

/** Choose an incident, without moving the list. */
function take(id) {
  page.goal = null;
  if (page.chosen !== id) page.detail = null;
  page.chosen = id;
  const here = page.window.rows.findIndex((row) => row.id === id);
  if (here >= 0) page.chosenAt = page.window.offset + here;
  reopen();
  drawChosen();
}

function choose(id) {
  take(id);
  byId(`row-${id}`)?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  if (!page.window?.total) return;
  const isListed = page.showEnded || !isEnded(chosenRow() ?? {});
  const here = page.goal ?? (isListed ? page.chosenAt : -1);
  const goal = Math.min(page.window.total - 1, Math.max(0, here + step));
  const row = rowAt(goal);
  if (row) return choose(row.id);
  page.goal = goal;
  queueList.scrollTo(goal);
}

/** Carry out `verb` on the chosen incident; asks who, why and which unit where it needs them. */
async function press(verb) {
  const row = chosenRow();
  if (!row || page.busy || document.querySelector("dialog[open]")) return;
  const what = `${codeText("kind", row.kind)} ${number(row)}`;
  if (!offered(row).includes(verb)) {
    toast(
      `${codeText("verb", verb)} · ${what} — ${t("reason.illegal")} ` +
        `(${codeText("stage", row.stage)})`,
      "bad",
    );
    return;
  }
  page.busy = true;
  try {
    const action = await asked(verb, row, what);
    if (action) toastOutcome(`${verbText(verb, row)} · ${what}`, await confirmed(action));
  } finally {
    page.busy = false;
  }
}

/**
 * The outcome of an action. Where a source still sees what it ends, the person reads what is
 * measured, and presses once more or turns back.
 */
async function confirmed(action) {
  const outcome = await sendAction("/api/v1/actions", action);
  if (outcome.reason !== "still_seen") return outcome;
  const [title, what] = [t("ask.still_seen"), outcome.detail];
  const more = await askReason({ title, what, needed: false });
  if (more === null) return outcome;
  const reason = [action.reason, more].filter(Boolean).join(" · ");
  return sendAction("/api/v1/actions", { ...action, reason, confirmed: true });
}

/** The Action, or null when the person turned back. */
async function asked(verb, row, what) {
  const actor = await ensureOperatorName();
  if (!actor) return null;
  const action = { actor, incident: row.id, verb, reason: "" };
  if (verb === "assign") {
    const unit = await pickUnit(row);
    return unit ? { ...action, unit } : null;
  }
  const isPlain = verb === "take" || verb === "acknowledge";
  if (isPlain || (verb === "open" && !isReopening(verb, row))) return action;
  let disposition = "";
  const reason = await askReason({
    title: t(`ask.${verb}`),
    what,
    presets: PRESETS[verb],
    needed: needsReason(verb),
    onPick: (key) => (disposition = DISPOSITIONS[key] ?? ""),
  });
  return reason === null ? null : { ...action, reason, disposition };
}

/** Enter what somebody reports by phone; then the incident that it opened or joined is chosen. */
async function report() {
  if (page.busy || !may("report") || document.querySelector("dialog[open]")) return;
  page.busy = true;
  try {
    const actor = await ensureOperatorName();
    const entered = actor ? await askReport(chosenRow(), page.district?.centre) : null;
    if (!entered) return;
    const outcome = await sendAction("/api/v1/reports", { ...entered, actor });
    toastOutcome(`${t("report.title")} · ${codeText("kind", entered.kind)}`, outcome);
    if (outcome.incident && page.window) choose(outcome.incident);
  } finally {
    page.busy = false;
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (
    document.querySelector("dialog[open]") ||
    event.target.closest("input, textarea, select, .leaflet-container")
  )
    return;
  const inList = event.target === byId("rows") || event.target === document.body;
  const steps = { j: 1, k: -1, ...(inList ? { ArrowDown: 1, ArrowUp: -1 } : {}) };
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "a") pressNext();
  else if (event.key in VERB_KEYS) press(VERB_KEYS[event.key]);
  else if (event.key === "o") toggleEnded();
  else if (event.key === "n") report();
  else if (event.key === "?") byId("help-dialog").showModal();
  else if (event.key === "Enter" && event.target === byId("rows")) byId("detail-title").focus();
  else return;
  event.preventDefault();
}

/** "a": accept what is new, else assign. */
function pressNext() {
  const row = chosenRow();
  if (row) press(offered(row)[0] === "open" && !isReopening("open", row) ? "open" : "assign");
}

function toggleEnded() {
  page.showEnded = !page.showEnded;
  drawTotals();
  reopen();
}

function tick() {
  if (!page.window) return;
  setText(byId("now"), timeOfDay(nowUs()));
  for (const node of byId("rows-shown").children) tickRow(node);
  tickDetail();
  drawLinks(page.district?.links ?? []);
}

byId("rows").addEventListener("click", (event) => {
  const node = event.target.closest(".row");
  if (node) choose(node.dataset.key);
});
byId("rows").addEventListener("animationend", (event) => event.target.classList.remove("is-new"));
byId("toggle-ended").addEventListener("click", toggleEnded);
byId("report").addEventListener("click", report);
byId("keys").addEventListener("click", () => byId("help-dialog").showModal());
byId("help-close").addEventListener("click", () => byId("help-dialog").close());
document.addEventListener("keydown", onKey);
addEventListener("resize", () => page.window && drawChosen());
onLanguage(draw);
operatorButton(byId("operator"));
setHidden(byId("report"), !may("report"));
everySecond(tick);
drawTotals();
let watch = null;
watch = watchChanges({ views, onChange });
