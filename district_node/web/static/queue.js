// The district's queue page: holds the last snapshot and the choice, and joins queue, detail, side
// panel and keyboard. Every action is one POST.
import { sendAction, toast, toastOutcome } from "/shared/actions.js";
import { askReason, ensureOperatorName, operatorButton } from "/shared/dialogs.js";
import { everySecond, nowUs, timeOfDay } from "/shared/clock.js";
import { inLanguage, language, onLanguage, t, codeText } from "/shared/i18n.js";
import { updateList, setHidden, setText } from "/shared/keyed_list.js";
import { watchStream } from "/shared/live_stream.js";
import {
  drawDetail,
  isReopening,
  needsReason,
  offered,
  tickDetail,
  verbText,
} from "./incident_detail.js";
import { pickUnit } from "./unit_picker.js";
import { drawRow, idOf, inOrder, isEnded, makeRow, number, tickRow } from "./queue_row.js";
import { drawCounts, drawSources, drawLinks, drawUnits } from "./side_panel.js";

const byId = (id) => document.getElementById(id);
const ENDED_MAX = 200; // the newest ended incidents; the journal has them all
const PRESETS = {
  reject: ["why.false_alarm", "why.duplicate", "why.not_ours"],
  close: ["why.seen_fixed", "why.crew_said", "why.gone"],
  verify: ["why.seen_fixed", "why.crew_said", "why.gone"],
  open: ["why.came_back"],
  escalate: ["why.no_crew", "why.too_big"],
  defer: ["why.later"],
};
const VERB_KEYS = { v: "verify", c: "close", r: "reject", e: "escalate", d: "defer" };

const page = {
  snapshot: null,
  rows: [],
  chosen: null,
  showEnded: false,
  known: new Set(),
  busy: false,
};

function take(snapshot) {
  page.snapshot = snapshot;
  draw();
}

function draw() {
  const { snapshot } = page;
  if (!snapshot) return;
  const live = snapshot.queue.filter((row) => !isEnded(row)).sort(inOrder);
  const ended = snapshot.queue
    .filter(isEnded)
    .sort((a, b) => b.report.changed_at - a.report.changed_at);
  page.rows = page.showEnded ? [...live, ...ended.slice(0, ENDED_MAX)] : live;
  setText(byId("district"), inLanguage(snapshot.name));
  setText(
    byId("queue-counts"),
    [t("queue.live", { n: live.length }), ended.length ? t("queue.ended", { n: ended.length }) : ""]
      .filter(Boolean)
      .join(" · "),
  );
  drawEmpty(page.rows.length === 0);
  drawRows();
  drawChosen();
  drawUnits(snapshot.units);
  drawSources(snapshot.agents);
  drawLinks(snapshot.links);
  drawCounts(snapshot.counts);
  const toggle = byId("toggle-ended");
  setText(toggle, t(page.showEnded ? "queue.hide_ended" : "queue.show_ended"));
  toggle.setAttribute("aria-pressed", String(page.showEnded));
}

function drawEmpty(isEmpty) {
  setHidden(byId("empty"), !isEmpty);
  setHidden(byId("empty-help"), !isEmpty);
  byId("empty-title").dataset.i18n = "queue.empty_title";
  setText(byId("empty-title"), t("queue.empty_title"));
}

function drawRows() {
  const first = page.known.size === 0;
  updateList(byId("rows"), page.rows, {
    keyOf: idOf,
    make: makeRow,
    draw: drawRow,
    epoch: language(),
  });
  for (const row of first ? [] : page.rows) {
    if (!page.known.has(idOf(row))) byId(`row-${idOf(row)}`).classList.add("is-new");
  }
  page.known = new Set(page.snapshot.queue.map(idOf));
}

function chosenRow() {
  return page.snapshot?.queue.find((row) => idOf(row) === page.chosen) ?? null;
}

function drawChosen() {
  if (!chosenRow()) page.chosen = page.rows.length ? idOf(page.rows[0]) : null;
  for (const node of byId("rows").children) {
    const selected = String(node.dataset.key === page.chosen);
    if (node.getAttribute("aria-selected") !== selected)
      node.setAttribute("aria-selected", selected);
  }
  const row = chosenRow();
  if (row && page.rows.includes(row))
    byId("rows").setAttribute("aria-activedescendant", `row-${page.chosen}`);
  else byId("rows").removeAttribute("aria-activedescendant");
  drawDetail(row, new Map(page.snapshot.units.map((unit) => [unit.unit, unit])), press);
}

function choose(id) {
  page.chosen = id;
  drawChosen();
  byId(`row-${id}`)?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  if (!page.rows.length) return;
  const here = page.rows.findIndex((row) => idOf(row) === page.chosen);
  choose(idOf(page.rows[Math.min(page.rows.length - 1, Math.max(0, here + step))]));
}

/** Carry out `verb` on the chosen incident; asks who, why and which unit where it needs them. */
async function press(verb) {
  const row = chosenRow();
  if (!row || page.busy || document.querySelector("dialog[open]")) return;
  const what = `${codeText("kind", row.report.kind)} ${number(row.report.incident)}`;
  if (!offered(row).includes(verb)) {
    toast(
      `${codeText("verb", verb)} · ${what} — ${t("reason.illegal")} ` +
        `(${codeText("stage", row.report.stage)})`,
      "bad",
    );
    return;
  }
  page.busy = true;
  try {
    const body = await asked(verb, row, what);
    if (body) toastOutcome(`${verbText(verb, row)} · ${what}`, await sendAction("/act", body));
  } finally {
    page.busy = false;
  }
}

/** The action's body, or null when the person turned back. */
async function asked(verb, row, what) {
  const operator = await ensureOperatorName();
  if (!operator) return null;
  const body = { operator, incident: row.report.incident, verb, reason: "", unit: null };
  if (verb === "assign") {
    body.unit = await pickUnit(page.snapshot.units, row.report);
    return body.unit ? body : null;
  }
  if (verb === "open" && !isReopening(verb, row)) return body;
  const reason = await askReason({
    title: t(`ask.${verb}`),
    what,
    presets: PRESETS[verb],
    needed: needsReason(verb),
  });
  return reason === null ? null : { ...body, reason };
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (
    document.querySelector("dialog[open]") ||
    event.target.closest("input, textarea, .leaflet-container")
  )
    return;
  const inList = event.target === byId("rows") || event.target === document.body;
  const steps = { j: 1, k: -1, ...(inList ? { ArrowDown: 1, ArrowUp: -1 } : {}) };
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "a") pressNext();
  else if (event.key in VERB_KEYS) press(VERB_KEYS[event.key]);
  else if (event.key === "o") toggleEnded();
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
  draw();
}

function tick() {
  if (!page.snapshot) return;
  setText(byId("now"), timeOfDay(nowUs()));
  for (const node of byId("rows").children) tickRow(node);
  tickDetail();
  drawLinks(page.snapshot.links);
}

byId("rows").addEventListener("click", (event) => {
  const node = event.target.closest(".row");
  if (node) choose(node.dataset.key);
});
byId("rows").addEventListener("animationend", (event) => event.target.classList.remove("is-new"));
byId("toggle-ended").addEventListener("click", toggleEnded);
byId("keys").addEventListener("click", () => byId("help-dialog").showModal());
byId("help-close").addEventListener("click", () => byId("help-dialog").close());
document.addEventListener("keydown", onKey);
addEventListener("resize", () => page.snapshot && drawChosen());
onLanguage(draw);
operatorButton(byId("operator"));
everySecond(tick);
watchStream("/live", take);
