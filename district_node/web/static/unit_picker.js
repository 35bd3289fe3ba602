// Asks which unit to send: free ones first, the nearest first, with what each can do; a busy one may
// come next, or leave a less severe case. Reads the units when it is asked; sends nothing.
import { get, toast } from "/shared/actions.js";
import { durationText } from "/shared/clock.js";
import { directionTo, distanceM, metres, pointOf } from "/shared/map/geo.js";
import { inLanguage, t, codeText } from "/shared/i18n.js";
import { h, setHidden, setText } from "/shared/keyed_list.js";

const THERE_M = 15; // about what a phone can tell
const FREE = new Set(["available", "returning"]);
const PAGE = 500; // what the API gives at once
const PAGES_MAX = 4; // of free units
const BUSY_MAX = 100;
const ON_ORDERS = new Set(["reserved", "committed", "en_route", "on_scene", "delayed"]);
const MOVABLE = new Set(["committed", "en_route", "delayed"]); // may be taken from their case
const CHOICES_MAX = 100; // the best; more are not looked through
const byId = (id) => document.getElementById(id);

/** `units` in the order in which to suggest them for `incident`. */
export function suggested(units, incident) {
  const wanted = new Set(
    incident.slots.filter((slot) => slot.state === "open").map((slot) => slot.capability),
  );
  const rated = units.map((unit) => ({
    unit,
    free: FREE.has(unit.state) && !unit.status,
    fits: wanted.size === 0 || unit.capabilities.some((capability) => wanted.has(capability)),
    distance: distanceM(pointOf(unit.place), pointOf(incident.place)),
  }));
  return rated.sort((a, b) => b.free - a.free || b.fits - a.fits || a.distance - b.distance);
}

/** Free units, then some busy ones; null: there was no answer. */
async function readUnits() {
  const units = [];
  let token = "";
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const free = await read({ filter: "free = true", page_size: PAGE, page_token: token });
    if (!free) return null;
    units.push(...free.units);
    token = free.next_page_token;
    if (!token) break;
  }
  const busy = await read({ filter: "free = false", page_size: BUSY_MAX });
  return busy && [...units, ...busy.units];
}

const read = (query) => get(`/api/v1/units?${new URLSearchParams(query)}`);

/** Ask for a unit for `incident`: {unit, next}, or null. `next`: when its present order ends. */
export async function pickUnit(incident) {
  const units = await readUnits();
  if (!units) {
    toast(t("reason.no_network"), "bad");
    return null;
  }
  const dialog = byId("pick-dialog");
  const wanted = [
    ...new Set(
      incident.slots
        .filter((slot) => slot.state === "open")
        .map((slot) => codeText("capability", slot.capability)),
    ),
  ].join(", ");
  const all = suggested(units, incident);
  const rated = all.slice(0, CHOICES_MAX);
  setHidden(byId("pick-none"), rated.length > 0);
  setHidden(byId("pick-more"), all.length <= CHOICES_MAX);
  setText(byId("pick-more"), t("pick.more", { n: all.length - CHOICES_MAX }));
  return new Promise((done) => {
    let chosen = null;
    const choose = (unit, next = false) => ((chosen = { unit, next }), dialog.close());
    byId("pick-list").replaceChildren(
      ...rated.map((one) => h("li", {}, choice(one, incident, wanted, choose), ...busy(one, choose))),
    );
    byId("pick-cancel").onclick = () => dialog.close();
    dialog.addEventListener("close", () => done(chosen), { once: true });
    dialog.onkeydown = (event) => move(event);
    dialog.showModal();
    (dialog.querySelector(".pick-list button:not(:disabled)") ?? byId("pick-cancel")).focus();
  });
}

function choice({ unit, free, fits, distance }, incident, wanted, choose) {
  const facts = [
    unit.capabilities.map((capability) => codeText("capability", capability)).join(", "),
    fits ? "" : t("pick.fits_not", { what: wanted }),
    distance < THERE_M
      ? t("pick.there")
      : t("pick.distance", {
          distance: metres(distance),
          bearing: directionTo(pointOf(unit.place), pointOf(incident.place)),
        }),
    unit.doubtful ? t("pick.doubtful") : "",
    unit.speed_mps > 0 ? t("pick.eta", { span: durationText(distance / unit.speed_mps) }) : "",
  ];
  return h(
    "button",
    {
      type: "button",
      class: `u-${unit.state}`,
      "data-unit": unit.id,
      disabled: !free,
      onclick: () => choose(unit.id),
    },
    h(
      "span",
      { class: "line" },
      h("span", { class: "lamp" }),
      h("b", {}, inLanguage(unit.name)),
      h("span", { class: "end soft" }, codeText("unit", unit.state)),
    ),
    h("span", { class: "under" }, facts.filter(Boolean).join(" · ")),
  );
}

/** What a busy unit may do all the same. */
function busy({ unit, free }, choose) {
  if (free || unit.status || !ON_ORDERS.has(unit.state)) return [];
  const button = (key, pressed, attributes = {}) =>
    h("button", { type: "button", class: "small", onclick: pressed, ...attributes }, t(key));
  const next = button("pick.next", () => choose(unit.id, true), { "data-next": unit.id });
  const now = button("pick.instead", () => choose(unit.id), { "data-now": unit.id });
  return [h("span", { class: "pills" }, next, ...(MOVABLE.has(unit.state) ? [now] : []))];
}

function move(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...byId("pick-list").querySelectorAll("button:not(:disabled)")];
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[(next + buttons.length) % buttons.length]?.focus();
}
