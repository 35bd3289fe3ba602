// Asks which unit to send: free ones first, the nearest first, with what each can do. Returns a
// unit's id; sends nothing.
import { durationText } from "/shared/clock.js";
import { distanceM, metres, directionTo } from "/shared/map/geo.js";
import { inLanguage, t, codeText } from "/shared/i18n.js";
import { h, setHidden } from "/shared/keyed_list.js";

const THERE_M = 15; // about what a phone can tell
const FREE = new Set(["available", "returning"]);
const byId = (id) => document.getElementById(id);

/** `units` in the order in which to suggest them for `report`. */
export function suggested(units, report) {
  const wanted = new Set(
    report.slots.filter((slot) => slot.state === "open").map((slot) => slot.capability),
  );
  const rated = units.map((unit) => ({
    unit,
    free: FREE.has(unit.state),
    fits: wanted.size === 0 || unit.capabilities.some((capability) => wanted.has(capability)),
    distance: distanceM(unit.place, report.place),
  }));
  return rated.sort((a, b) => b.free - a.free || b.fits - a.fits || a.distance - b.distance);
}

/** Ask for a unit for `report`: its id, or null. */
export function pickUnit(units, report) {
  const dialog = byId("pick-dialog");
  const wanted = [
    ...new Set(
      report.slots
        .filter((slot) => slot.state === "open")
        .map((slot) => codeText("capability", slot.capability)),
    ),
  ].join(", ");
  const rated = suggested(units, report);
  setHidden(byId("pick-none"), rated.length > 0);
  return new Promise((done) => {
    let chosen = null;
    const choose = (id) => ((chosen = id), dialog.close());
    byId("pick-list").replaceChildren(
      ...rated.map((one) => h("li", {}, choice(one, report, wanted, choose))),
    );
    byId("pick-cancel").onclick = () => dialog.close();
    dialog.addEventListener("close", () => done(chosen), { once: true });
    dialog.onkeydown = (event) => move(event);
    dialog.showModal();
    (dialog.querySelector(".pick-list button:not(:disabled)") ?? byId("pick-cancel")).focus();
  });
}

function choice({ unit, free, fits, distance }, report, wanted, choose) {
  const facts = [
    unit.capabilities.map((capability) => codeText("capability", capability)).join(", "),
    fits ? "" : t("pick.fits_not", { what: wanted }),
    distance < THERE_M
      ? t("pick.there")
      : t("pick.distance", {
          distance: metres(distance),
          bearing: directionTo(unit.place, report.place),
        }),
    unit.speed_mps > 0 ? t("pick.eta", { span: durationText(distance / unit.speed_mps) }) : "",
  ];
  return h(
    "button",
    {
      type: "button",
      class: `u-${unit.state}`,
      "data-unit": unit.unit,
      disabled: !free,
      onclick: () => choose(unit.unit),
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

function move(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...byId("pick-list").querySelectorAll("button:not(:disabled)")];
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[(next + buttons.length) % buttons.length]?.focus();
}
