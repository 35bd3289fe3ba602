// The district's queue page: watches windows of the API's lists, holds the choice, and joins queue,
// detail, side panel and keyboard. Every action is one POST.
import { sendAction, toastOutcome } from "/shared/actions.js";
import { watchChanges } from "/shared/changes.js";
import { drawConditions } from "/shared/conditions.js";
import { ensureOperatorName, operatorButton } from "/shared/dialogs.js";
import { everySecond, nowUs, timeOfDay, timeUs } from "/shared/clock.js";
import { grouped, language, onLanguage, t, codeText } from "/shared/i18n.js";
import { setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { WindowedList } from "/shared/windowed_list.js";
import { drawDetail, isReopening, offered, tickDetail } from "./incident_detail.js";
import { AlarmTone } from "./alarm_tone.js";
import { Bulk } from "./bulk.js";
import { DistrictMap } from "./district_map.js";
import { Drawer } from "./drawers.js";
import { askReport } from "./report_form.js";
import { drawStandings } from "./agent_standings.js";
import { drawMenu, openMenu } from "./more_menu.js";
import { QueueFilters } from "./queue_filters.js";
import { drawRow, isEnded, makeRow, tickRow } from "./queue_row.js";
import { beginShift } from "./shift.js";
import { drawCounts, drawLinks, drawSources, drawUnits } from "./side_panel.js";
import { UnitNames } from "./unit_names.js";
import { pressFalseAlarm, pressMore, pressVerb } from "./verb_press.js";

const byId = (id) => document.getElementById(id);
const COUNT = { offset: 10_000_000, limit: 1 }; // a window below every row: only its total comes
const NEW_US = 30e6; // a row that enters the window and is younger has just come in
const VERB_KEYS = {
  f: "false_alarm",
  v: "verify",
  c: "close",
  r: "reject",
  e: "escalate",
  d: "defer",
  p: "acknowledge",
};

const page = {
  window: null, // {rows, total, offset} of the queue
  totals: { ended: 0, free: 0 },
  units: null,
  sources: null,
  district: null,
  chosen: new URLSearchParams(location.search).get("incident"), // an id; calls link to it
  isOwnChoice: true, // and no row that stood on top when there was no choice
  chosenAt: -1, // its index in the queue, as last seen; -1: it is not in it
  goal: null, // an index to choose once its row is there
  detail: null, // the IncidentDetail of the chosen one, once it is there
  showEnded: false,
  busy: false,
};
const names = new UnitNames(drawChosen);

const reopen = () => watch?.reopen();
const filters = new QueueFilters(onFiltered);
const bulk = new Bulk(drawPicked);
const tone = new AlarmTone();
export const deskMap = new DistrictMap(byId("map"), {
  moved: reopen,
  choose: (id) => take(id),
  report: (place) => report(place),
});
const queueList = new WindowedList({
  scroller: byId("rows"),
  list: byId("rows-shown"),
  rowPx: 34,
  onMove: reopen,
});
const drawers = { units: new Drawer("units", reopen), sources: new Drawer("sources", reopen) };

function views() {
  const incidents = { collection: "incidents" };
  return [
    { name: "queue", ...incidents, ...filters.view(page.showEnded), ...queueList.window() },
    ...filters.countViews(),
    { name: "ended", ...incidents, filter: "open = false", ...COUNT },
    ...(page.chosen ? [{ name: "chosen", ...incidents, key: page.chosen }] : []),
    drawers.units.view(),
    { name: "free", collection: "units", filter: "free = true", ...COUNT },
    drawers.sources.view(),
    { name: "district", collection: "district" },
    ...deskMap.views(),
  ];
}

function onChange(name, rows, total, { offset, entered }) {
  const values = rows.map((row) => row.value);
  if (name === "queue") takeQueue({ rows: values, total, offset }, new Set(entered));
  else if (name === "chosen") takeDetail(values[0] ?? null);
  else if (name === "district") ((page.district = values[0] ?? null), drawDistrict());
  else if (name in page.totals) ((page.totals[name] = total), drawTotals());
  else if (name in drawers) ((page[name] = { rows: values, total, offset }), drawSide());
  else if (name in deskMap.layers) deskMap.draw(name, values, total);
  else if (filters.takeCount(name, total)) drawTotals();
}

function takeQueue(window, entered) {
  page.window = window;
  drawRows();
  bulk.refresh(window.rows);
  const isNew = (row) => entered.has(row.id) && nowUs() - timeUs(row.reported_at) < NEW_US;
  const fresh = window.rows.filter(isNew);
  for (const row of fresh) byId(`row-${row.id}`).classList.add("is-new");
  tone.ring(fresh);
  tone.drop((row) => isOver(row, window));
  const here = window.rows.findIndex((row) => row.id === page.chosen);
  if (here >= 0) page.chosenAt = window.offset + here;
  const goal = page.goal === null ? null : rowAt(page.goal);
  if (goal) choose(goal.id);
  else if (page.chosen === null && window.rows.length) take(window.rows[0].id, false);
  else drawChosen();
}

/** Whether `row`, of an earlier window, is over, as far as this one can tell. */
function isOver({ id }, { rows, total }) {
  const now = rows.find((row) => row.id === id);
  if (now) return isEnded(now);
  return rows.length === total && !filters.isNarrowed && filters.tab === "all";
}

function takeDetail(detail) {
  page.detail = detail;
  if (detail) return drawChosen();
  page.chosen = null; // it is long over
  page.chosenAt = -1;
  if (page.window?.rows.length) take(page.window.rows[0].id, false);
  else drawChosen();
}

function draw() {
  if (page.window) drawRows();
  drawTotals();
  drawChosen();
  drawSide();
  drawDistrict();
  filters.draw();
  bulk.draw();
  tone.draw();
  deskMap.redraw();
}

function drawTotals() {
  const { ended } = page.totals;
  const { all = 0, person = 0 } = filters.totals;
  document.title = [person ? `(${person})` : "", byId("district").textContent, t("queue.title")]
    .filter(Boolean)
    .join(" · ");
  setText(
    byId("queue-counts"),
    [t("queue.live", { n: grouped(all) }), ended ? t("queue.ended", { n: grouped(ended) }) : ""]
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
  const isNarrow = filters.isNarrowed || filters.tab !== "all";
  setHidden(byId("empty-help"), !isEmpty || isNarrow);
  byId("empty-title").dataset.i18n = isNarrow ? "queue.none_of_these" : "queue.empty_title";
  setText(byId("empty-title"), t(isNarrow ? "queue.none_of_these" : "queue.empty_title"));
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
  drawPicked();
}

/** Which rows are chosen for a verb on several. */
function drawPicked() {
  for (const node of byId("rows-shown").children)
    node.classList.toggle("is-picked", bulk.has(node.dataset.key));
}

function drawSide() {
  if (page.units) {
    names.learn(page.units.rows);
    drawUnits(drawers.units, page.units, page.totals.free);
  }
  if (page.sources) {
    const isHeard = !page.district?.links.some((link) => link.name === "broker" && !link.up);
    drawSources(drawers.sources, page.sources, page.district?.watch ?? [], isHeard);
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
  drawTotals();
  deskMap.placeAt(district.centre);
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
  drawMenu(row, page.detail, pressMenu);
  deskMap.choose(row);
  keepAddress();
}

/** The page's address says what it shows, so that it can be sent to a colleague. */
function keepAddress() {
  const asked = new URLSearchParams(filters.asked());
  if (page.chosen && page.isOwnChoice) asked.set("incident", page.chosen);
  const query = asked.toString();
  if (query !== location.search.slice(1))
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

/** Another tab, severity or word: the list begins at its top, and the choice stays. */
function onFiltered() {
  byId("rows").scrollTop = 0;
  keepAddress();
  reopen();
}

/** Choose an incident, without moving the list. */
function take(id, isOwnChoice = true) {
  page.goal = null;
  page.isOwnChoice = isOwnChoice;
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

/** Carry out `verb` on the chosen incident. */
const press = (verb) =>
  whileFree(() => {
    const row = chosenRow();
    return row && (verb === "false_alarm" ? pressFalseAlarm(row) : pressVerb(verb, row));
  });

const pressMenu = (verb) =>
  whileFree(() => pressMore(verb, chosenRow(), page.detail, page.window?.rows ?? []));

/** One thing at a time: `work` is done unless another one is on its way, or a dialog is open. */
async function whileFree(work) {
  if (page.busy || document.querySelector("dialog[open]")) return;
  page.busy = true;
  try {
    await work();
  } finally {
    page.busy = false;
  }
}

/** Enter what somebody reports by phone; then the incident that it opened or joined is chosen. */
const report = (place = null) =>
  whileFree(async () => {
    if (!may("report")) return;
    const actor = await ensureOperatorName();
    const entered = actor ? await askReport({ row: chosenRow(), centre: page.district?.centre, place }) : null;
    if (!entered) return;
    const outcome = await sendAction("/api/v1/reports", { ...entered, actor });
    toastOutcome(`${t("report.title")} · ${codeText("kind", entered.kind)}`, outcome);
    if (outcome.incident && page.window) choose(outcome.incident);
  });

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
  else if (event.key === "x" && chosenRow()) bulk.flip(chosenRow());
  else if (event.key === ".") openMenu();
  else if (event.key === "/") byId("search").focus();
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

/** The rows of the window from one to another, both included. */
function rowsBetween(one, other) {
  const keys = page.window.rows.map((row) => row.id);
  const [from, to] = [keys.indexOf(one), keys.indexOf(other)].sort((a, b) => a - b);
  return page.window.rows.slice(Math.max(from, 0), to + 1);
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
  if (!node) return;
  if (event.shiftKey) bulk.add(rowsBetween(page.chosen, node.dataset.key));
  else if (event.ctrlKey || event.metaKey) bulk.flip(node.row);
  else choose(node.dataset.key);
});
byId("rows").addEventListener("animationend", (event) => event.target.classList.remove("is-new"));
byId("toggle-ended").addEventListener("click", toggleEnded);
byId("report").addEventListener("click", () => report());
byId("keys").addEventListener("click", () => byId("help-dialog").showModal());
byId("help-close").addEventListener("click", () => byId("help-dialog").close());
document.addEventListener("keydown", onKey);
addEventListener("resize", () => page.window && drawChosen());
onLanguage(draw);
operatorButton(byId("operator"));
setHidden(byId("report"), !may("report"));
everySecond(tick);
beginShift();
drawTotals();
let watch = null;
watch = watchChanges({ views, onChange });
