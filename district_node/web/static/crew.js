// A crew's page: the order, the way, the buttons. An order that a newer assignment number has
// overtaken is shown as void and cannot be answered.
/* global L */
import { askReason } from "/shared/dialogs.js";
import { ageText, everySecond, timeUs } from "/shared/clock.js";
import { inLanguage, keysOf, language, onLanguage, t, codeText } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { keepOpen } from "/shared/connection.js";
import { directionTo, distanceM, metres, pointOf } from "/shared/map/geo.js";
import { baseMap, shapeMarker } from "/shared/map/base_map.js";
import { may } from "/shared/person.js";
import { AnswerSender } from "./answer_sender.js";
import { drawDuty } from "./crew_duty.js";
import { drawMessages } from "./crew_messages.js";
import { drawNext } from "./crew_next.js";
import { drawPicture } from "./crew_picture.js";
import { sharePosition } from "./position_sharing.js";

const NEXT = {
  issued: ["accept", "cannot"],
  accepted: ["depart", "arrive", "cannot"],
  en_route: ["arrive", "cannot"],
  on_scene: ["finish", "nothing_here", "worse", "cannot"],
};
// buttons that say what is there: the answer that each of them is
const FOUND = { nothing_here: "finish", worse: "found" };
// why an order cannot be done, and what that means for the unit
const CANNOT = {
  "cannot.vehicle": "unit_out",
  "cannot.injury": "unit_out",
  "cannot.equipment": "equipment_out",
  "cannot.blocked": "case_not",
  "cannot.unsafe": "case_not",
  "cannot.busy": "later",
};
const OTHER = "case_not"; // what is typed alone
const SEVERITY_INK = {
  Extreme: "#ff6fa8",
  Severe: "#ff8a5c",
  Moderate: "#f2c14e",
  Minor: "#7fb4e8",
  Unknown: "#93a3b0",
};
const THERE_M = 15; // about what a phone can tell
const byId = (id) => document.getElementById(id);
const unit = document.body.dataset.unit;
const assignmentKey = `citybrain-assignment-${unit}`;
const page = { view: null, here: null, map: null };
const answers = new AnswerSender(unit, () => draw());

/**
 * The newest assignment number that this phone has seen. The rule of the device: an older number
 * from another order is void.
 */
function newest(order) {
  const seen = JSON.parse(localStorage.getItem(assignmentKey) ?? "null");
  if (!order || (seen && order.assignment_number <= seen.assignment_number)) return seen;
  const fresh = { order: order.id, assignment_number: order.assignment_number };
  localStorage.setItem(assignmentKey, JSON.stringify(fresh));
  return fresh;
}

function draw() {
  const { view } = page;
  if (!view) return;
  const order = view.order ?? null;
  const last = newest(order);
  const isVoid = Boolean(order && last && last.order !== order.id);
  setText(byId("name"), inLanguage(view.name));
  setText(byId("state"), codeText("unit", view.state));
  setHidden(byId("free"), Boolean(order || view.status));
  setHidden(byId("order"), !order);
  byId("order").classList.toggle("is-void", isVoid);
  setHidden(byId("void"), !isVoid);
  if (order) drawOrder(view, order, last);
  drawPicture(isVoid ? null : order);
  drawNext(view);
  drawMessages(view);
  drawButtons(order && !isVoid && may("answer_order") ? (NEXT[order.stage] ?? []) : [], order);
  drawDuty(view, byId("duty"), unit);
  setHidden(byId("pending"), !(answers.waiting && answers.failed));
}

function drawOrder(view, order, last) {
  byId("order").className =
    `sev-${order.severity}${byId("order").classList.contains("is-void") ? " is-void" : ""}`;
  setText(byId("void-why"), t("crewpage.void_why", { n: last.assignment_number }));
  setText(byId("severity"), codeText("severity", order.severity));
  const assigned = t("crewpage.number", { n: order.assignment_number });
  setText(byId("number"), [order.number, assigned].filter(Boolean).join(" · "));
  setText(byId("stage"), codeText("order", order.stage));
  setText(byId("kind"), codeText("kind", order.kind));
  setText(byId("place"), language() === "zh" ? order.place_zh : order.place_en);
  setText(
    byId("for"),
    [
      order.incident_district === document.body.dataset.district
        ? ""
        : t("crewpage.for", {
            district: inLanguage(order.incident_district_name || order.incident_district),
          }),
      t("crewpage.since", { span: ageText(timeUs(order.issued_at)) }),
    ]
      .filter(Boolean)
      .join(" · "),
  );
  const here = page.here ?? pointOf(view.place);
  const goal = pointOf(order.place);
  const isThere = distanceM(here, goal) < THERE_M;
  setText(byId("distance"), isThere ? t("crewpage.here") : metres(distanceM(here, goal)));
  setText(byId("bearing"), isThere ? "" : directionTo(here, goal));
  const point = `${goal.lat.toFixed(6)},${goal.lon.toFixed(6)}`;
  byId("go").href = `geo:${point}?q=${point}`;
  drawWay(here, goal, SEVERITY_INK[order.severity]);
}

function drawWay(here, goal, ink) {
  if (!page.map) {
    const map = baseMap(byId("map"), { zoomControl: false, keyboard: false });
    page.map = {
      map,
      way: L.polyline([], { color: "#62d2e0", weight: 3, dashArray: "6 6" }),
      here: shapeMarker(here, "disc", {
        radius: 7,
        color: "#0c1116",
        fillColor: "#6fd39b",
        fillOpacity: 1,
      }),
      goal: null,
      fitted: "",
    };
    page.map.goal = shapeMarker(goal, "diamond", {
      radius: 10,
      color: "#0c1116",
      fillColor: ink,
      fillOpacity: 1,
    });
    map.setView([here.lat, here.lon], 14);
    for (const layer of [page.map.way, page.map.here, page.map.goal]) layer.addTo(map);
  }
  const { map, way } = page.map;
  const ends = [
    [here.lat, here.lon],
    [goal.lat, goal.lon],
  ];
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
  const waiting = answers.waiting?.body.answer ?? "";
  const buttons = actions.map((action, i) => ({
    action,
    first: i === 0,
    waiting,
    order: order?.id,
    text: codeText(action in FOUND ? "finding" : "crew", action),
  }));
  updateList(byId("buttons"), buttons, {
    keyOf: (button) => button.action,
    make: ({ action }) =>
      h("button", { type: "button", "data-action": action, onclick: () => press(action) }),
    draw: (node, button) => {
      node.className = button.first ? "primary" : button.action === "cannot" ? "danger" : "";
      node.disabled = Boolean(button.waiting);
      setText(node, button.waiting === button.action ? t("page.sending") : button.text);
    },
  });
}

async function press(action) {
  const order = page.view?.order;
  if (!order || answers.waiting) return;
  let [reason, reasonClass] = ["", ""];
  if (action === "cannot") {
    reasonClass = OTHER;
    reason = await askReason({
      title: t("crewpage.cannot_title"),
      what: codeText("means", OTHER),
      presets: Object.keys(CANNOT),
      onPick: (key) => {
        reasonClass = CANNOT[key];
        setText(byId("reason-subject"), codeText("means", reasonClass));
      },
    });
    if (reason === null) return;
  }
  if (action in FOUND) return sayFound(order, action);
  answers.submit(order, action, { reason, reason_class: reasonClass }, codeText("crew", action));
}

/** Nothing is there: one press. It is worse: what else is needed is asked for first. */
async function sayFound(order, finding) {
  const wanted = new Set();
  let reason = "";
  if (finding === "worse") {
    reason = await askReason({
      title: codeText("finding", finding),
      what: t("crewpage.worse_what"),
      presets: keysOf("capability"),
      needed: false,
      onPick: (key) => wanted.add(key.slice(key.indexOf(".") + 1)),
    });
    if (reason === null) return;
  }
  const needs = [...wanted].map((capability) => ({ capability, quantity: 1 }));
  answers.submit(order, FOUND[finding], { reason, finding, needs }, codeText("finding", finding));
}

byId("share").addEventListener("click", () => {
  const on = sharePosition(unit, (here) => ((page.here = here), draw()));
  if (!on) page.here = null;
  byId("share").setAttribute("aria-pressed", String(on));
  byId("share").dataset.i18n = on ? "crewpage.sharing" : "crewpage.share";
  setText(byId("share"), t(byId("share").dataset.i18n));
});
onLanguage(draw);
everySecond(draw);
keepOpen({
  address: () => `/api/v1/units/${encodeURIComponent(unit)}/changes`,
  onMessage: (view) => ((page.view = view), draw()),
  onState: (up) => up && answers.send(),
});
