// The district's queue page: keeps what was pushed and what is chosen, and joins rows, detail, side and keyboard. Every action is one POST.
import { act, toast, toastOutcome } from "/shared/act.js";
import { askReason, named, whoButton } from "/shared/ask.js";
import { everySecond, nowUs, timeOfDay } from "/shared/clock.js";
import { inLanguage, language, onLanguage, t, word } from "/shared/i18n.js";
import { keyed, setHidden, setText } from "/shared/keyed.js";
import { watch } from "/shared/live.js";
import { drawDetail, isReopening, needsReason, offered, tickDetail, verbWord } from "./detail.js";
import { pickUnit } from "./pick.js";
import { drawRow, idOf, inOrder, isOver, makeRow, number, tickRow } from "./row.js";
import { drawCounts, drawEyes, drawLinks, drawUnits } from "./side.js";

const at = (id) => document.getElementById(id);
const OVER_MAX = 200; // the newest that are over; the journal has them all
const PRESETS = {
  reject: ["why.false_alarm", "why.duplicate", "why.not_ours"],
  close: ["why.seen_fixed", "why.crew_said", "why.gone"],
  verify: ["why.seen_fixed", "why.crew_said", "why.gone"],
  open: ["why.came_back"],
  escalate: ["why.no_crew", "why.too_big"],
  defer: ["why.later"],
};
const VERB_KEYS = { v: "verify", c: "close", r: "reject", e: "escalate", d: "defer" };

const page = { snapshot: null, rows: [], chosen: null, showOver: false, known: new Set(), busy: false };

function take(snapshot) {
  page.snapshot = snapshot;
  draw();
}

function draw() {
  const { snapshot } = page;
  if (!snapshot) return;
  const live = snapshot.rows.filter((row) => !isOver(row)).sort(inOrder);
  const over = snapshot.rows.filter(isOver).sort((a, b) => b.report.changed_at - a.report.changed_at);
  page.rows = page.showOver ? [...live, ...over.slice(0, OVER_MAX)] : live;
  setText(at("district"), inLanguage(snapshot.name));
  setText(at("tally"), [t("queue.live", { n: live.length }), over.length ? t("queue.over", { n: over.length }) : ""].filter(Boolean).join(" · "));
  drawEmpty(page.rows.length === 0);
  drawRows();
  drawChosen();
  drawUnits(snapshot.units);
  drawEyes(snapshot.agents);
  drawLinks(snapshot.links);
  drawCounts(snapshot.counts);
  const toggle = at("toggle-over");
  setText(toggle, t(page.showOver ? "queue.hide_over" : "queue.show_over"));
  toggle.setAttribute("aria-pressed", String(page.showOver));
}

function drawEmpty(isEmpty) {
  setHidden(at("empty"), !isEmpty);
  setHidden(at("empty-teach"), !isEmpty);
  at("empty-title").dataset.w = "queue.empty_title";
  setText(at("empty-title"), t("queue.empty_title"));
}

function drawRows() {
  const first = page.known.size === 0;
  keyed(at("rows"), page.rows, { keyOf: idOf, make: makeRow, draw: drawRow, epoch: language() });
  for (const row of first ? [] : page.rows) {
    if (!page.known.has(idOf(row))) at(`row-${idOf(row)}`).classList.add("is-new");
  }
  page.known = new Set(page.snapshot.rows.map(idOf));
}

function chosenRow() {
  return page.snapshot?.rows.find((row) => idOf(row) === page.chosen) ?? null;
}

function drawChosen() {
  if (!chosenRow()) page.chosen = page.rows.length ? idOf(page.rows[0]) : null;
  for (const node of at("rows").children) {
    const selected = String(node.dataset.key === page.chosen);
    if (node.getAttribute("aria-selected") !== selected) node.setAttribute("aria-selected", selected);
  }
  const row = chosenRow();
  if (row && page.rows.includes(row)) at("rows").setAttribute("aria-activedescendant", `row-${page.chosen}`);
  else at("rows").removeAttribute("aria-activedescendant");
  drawDetail(row, new Map(page.snapshot.units.map((unit) => [unit.unit, unit])), press);
}

function choose(id) {
  page.chosen = id;
  drawChosen();
  at(`row-${id}`)?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  if (!page.rows.length) return;
  const here = page.rows.findIndex((row) => idOf(row) === page.chosen);
  choose(idOf(page.rows[Math.min(page.rows.length - 1, Math.max(0, here + step))]));
}

/** Carry out `verb` on the chosen incident: who, why and which unit are asked for where they are needed. */
async function press(verb) {
  const row = chosenRow();
  if (!row || page.busy || document.querySelector("dialog[open]")) return;
  const what = `${word("kind", row.report.kind)} ${number(row.report.incident)}`;
  if (!offered(row).includes(verb)) {
    toast(`${word("verb", verb)} · ${what} — ${t("reason.illegal")} (${word("stage", row.report.stage)})`, "bad");
    return;
  }
  page.busy = true;
  try {
    const body = await asked(verb, row, what);
    if (body) toastOutcome(`${verbWord(verb, row)} · ${what}`, await act("/act", body));
  } finally {
    page.busy = false;
  }
}

/** The action's body, or null when the person turned back. */
async function asked(verb, row, what) {
  const operator = await named();
  if (!operator) return null;
  const body = { operator, incident: row.report.incident, verb, reason: "", unit: null };
  if (verb === "assign") {
    body.unit = await pickUnit(page.snapshot.units, row.report);
    return body.unit ? body : null;
  }
  if (verb === "open" && !isReopening(verb, row)) return body;
  const reason = await askReason({ title: t(`ask.${verb}`), what, presets: PRESETS[verb], needed: needsReason(verb) });
  return reason === null ? null : { ...body, reason };
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, .leaflet-container")) return;
  const inList = event.target === at("rows") || event.target === document.body;
  const steps = { j: 1, k: -1, ...(inList ? { ArrowDown: 1, ArrowUp: -1 } : {}) };
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "a") pressNext();
  else if (event.key in VERB_KEYS) press(VERB_KEYS[event.key]);
  else if (event.key === "o") toggleOver();
  else if (event.key === "?") at("help-dialog").showModal();
  else if (event.key === "Enter" && event.target === at("rows")) at("detail-title").focus();
  else return;
  event.preventDefault();
}

/** "a": accept what is new, else assign. */
function pressNext() {
  const row = chosenRow();
  if (row) press(offered(row)[0] === "open" && !isReopening("open", row) ? "open" : "assign");
}

function toggleOver() {
  page.showOver = !page.showOver;
  draw();
}

function tick() {
  if (!page.snapshot) return;
  setText(at("now"), timeOfDay(nowUs()));
  for (const node of at("rows").children) tickRow(node);
  tickDetail();
  drawLinks(page.snapshot.links);
}

at("rows").addEventListener("click", (event) => {
  const node = event.target.closest(".row");
  if (node) choose(node.dataset.key);
});
at("rows").addEventListener("animationend", (event) => event.target.classList.remove("is-new"));
at("toggle-over").addEventListener("click", toggleOver);
at("keys").addEventListener("click", () => at("help-dialog").showModal());
at("help-close").addEventListener("click", () => at("help-dialog").close());
document.addEventListener("keydown", onKey);
addEventListener("resize", () => page.snapshot && drawChosen());
onLanguage(draw);
whoButton(at("who"));
everySecond(tick);
watch("/live", take);
