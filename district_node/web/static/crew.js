// A crew's page: the order, the way, the buttons. An order that a newer assignment number has overtaken is shown as void and cannot be answered.
/* global L */
import { askReason } from "/shared/ask.js";
import { everySecond, since } from "/shared/clock.js";
import { inLanguage, onLanguage, t, word } from "/shared/i18n.js";
import { h, keyed, setHidden, setText } from "/shared/keyed.js";
import { watch } from "/shared/live.js";
import { distanceM, metres, whither } from "/shared/map/geo.js";
import { ground, mark } from "/shared/map/ground.js";
import { Answers } from "./answers.js";
import { sharePosition } from "./position.js";

const NEXT = { issued: ["accept", "cannot"], accepted: ["depart", "arrive", "cannot"], en_route: ["arrive", "cannot"], on_scene: ["finish", "cannot"] };
const CANNOT = ["cannot.vehicle", "cannot.blocked", "cannot.busy", "cannot.equipment", "cannot.unsafe"];
const SEVERITY_INK = { Extreme: "#ff6fa8", Severe: "#ff8a5c", Moderate: "#f2c14e", Minor: "#7fb4e8", Unknown: "#93a3b0" };
const THERE_M = 15; // about what a phone can tell
const at = (id) => document.getElementById(id);
const unit = document.body.dataset.unit;
const seenSlot = `citybrain-assignment-${unit}`;
const page = { view: null, here: null, map: null };
const answers = new Answers(unit, () => draw());

/** The newest assignment this phone has seen; the rule of the device: an older number from another order is void. */
function newest(order) {
  const seen = JSON.parse(localStorage.getItem(seenSlot) ?? "null");
  if (!order || (seen && order.assignment <= seen.assignment)) return seen;
  const fresh = { order: order.order, assignment: order.assignment };
  localStorage.setItem(seenSlot, JSON.stringify(fresh));
  return fresh;
}

function draw() {
  const { view } = page;
  if (!view) return;
  const { order } = view;
  const last = newest(order);
  const isVoid = Boolean(order && last && last.order !== order.order);
  setText(at("name"), inLanguage(view.name));
  setText(at("state"), word("unit", view.state));
  setHidden(at("free"), Boolean(order));
  setHidden(at("order"), !order);
  at("order").classList.toggle("is-void", isVoid);
  setHidden(at("void"), !isVoid);
  if (order) drawOrder(view, order, last);
  drawButtons(order && !isVoid ? (NEXT[order.stage] ?? []) : [], order);
  setHidden(at("pending"), !(answers.waiting && answers.failed));
}

function drawOrder(view, order, last) {
  const { task } = order;
  at("order").className = `sev-${task.severity}${at("order").classList.contains("is-void") ? " is-void" : ""}`;
  setText(at("void-why"), t("crewpage.void_why", { n: last.assignment }));
  setText(at("severity"), word("severity", task.severity));
  setText(at("number"), t("crewpage.number", { n: order.assignment }));
  setText(at("stage"), word("order", order.stage));
  setText(at("kind"), word("kind", task.kind));
  setText(at("for"), [task.incident_district === document.body.dataset.district ? "" : t("crewpage.for", { district: task.incident_district }), t("crewpage.since", { span: since(order.issued_at) })].filter(Boolean).join(" · "));
  const here = page.here ?? view.place;
  const goal = task.place;
  const isThere = distanceM(here, goal) < THERE_M;
  setText(at("distance"), isThere ? t("crewpage.here") : metres(distanceM(here, goal)));
  setText(at("bearing"), isThere ? "" : whither(here, goal));
  at("go").href = `geo:${goal.lat.toFixed(6)},${goal.lon.toFixed(6)}?q=${goal.lat.toFixed(6)},${goal.lon.toFixed(6)}`;
  drawWay(here, goal, SEVERITY_INK[task.severity]);
}

function drawWay(here, goal, ink) {
  if (!page.map) {
    const map = ground(at("map"), { zoomControl: false, keyboard: false });
    page.map = { map, way: L.polyline([], { color: "#62d2e0", weight: 3, dashArray: "6 6" }), here: mark(here, "disc", { radius: 7, color: "#0c1116", fillColor: "#6fd39b", fillOpacity: 1 }), goal: null, fitted: "" };
    page.map.goal = mark(goal, "diamond", { radius: 10, color: "#0c1116", fillColor: ink, fillOpacity: 1 });
    map.setView([here.lat, here.lon], 14);
    for (const layer of [page.map.way, page.map.here, page.map.goal]) layer.addTo(map);
  }
  const { map, way } = page.map;
  const ends = [[here.lat, here.lon], [goal.lat, goal.lon]];
  way.setLatLngs(ends);
  page.map.here.setLatLng(ends[0]);
  page.map.goal.setLatLng(ends[1]).setStyle({ fillColor: ink });
  const fitted = JSON.stringify(goal);
  if (fitted === page.map.fitted) return;
  page.map.fitted = fitted;
  map.invalidateSize();
  map.fitBounds(ends, { padding: [26, 26], maxZoom: 16, animate: false });
}

function drawButtons(actions, order) {
  const waiting = answers.waiting?.body.action ?? "";
  const buttons = actions.map((action, i) => ({ action, first: i === 0, waiting, order: order?.order, text: word("crew", action) }));
  keyed(at("buttons"), buttons, {
    keyOf: (button) => button.action,
    make: ({ action }) => h("button", { type: "button", "data-action": action, onclick: () => press(action) }),
    draw: (node, button) => {
      node.className = button.first ? "primary" : button.action === "cannot" ? "danger" : "";
      node.disabled = Boolean(button.waiting);
      setText(node, button.waiting === button.action ? t("shell.sending") : button.text);
    },
  });
}

async function press(action) {
  const order = page.view?.order;
  if (!order || answers.waiting) return;
  let reason = "";
  if (action === "cannot") {
    reason = await askReason({ title: t("crewpage.cannot_title"), what: t("crewpage.cannot_what"), presets: CANNOT });
    if (reason === null) return;
  }
  answers.say(order, action, reason, word("crew", action));
}

at("share").addEventListener("click", () => {
  const on = sharePosition(unit, (here) => ((page.here = here), draw()));
  if (!on) page.here = null;
  at("share").setAttribute("aria-pressed", String(on));
  at("share").dataset.w = on ? "crewpage.sharing" : "crewpage.share";
  setText(at("share"), t(at("share").dataset.w));
});
onLanguage(draw);
everySecond(draw);
watch(`/crew/${encodeURIComponent(unit)}/live`, (view) => ((page.view = view), draw()), (up) => up && answers.send());
