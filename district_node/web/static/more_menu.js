// The menu of the chosen incident's further verbs, beside its buttons.
import { codeText } from "/shared/i18n.js";
import { h, setHidden } from "/shared/keyed_list.js";
import { offeredMore } from "./more_verbs.js";

const byId = (id) => document.getElementById(id);
let shown = { row: null, detail: null, press: null };

/** The incident `row` is the chosen one (null: none is); `press(verb)` is what a line does. */
export function drawMenu(row, detail, press) {
  shown = { row, detail, press };
  const isEmpty = !row || offeredMore(row, detail).length === 0;
  setHidden(byId("d-more"), isEmpty);
  if (isEmpty && byId("d-menu").matches(":popover-open")) byId("d-menu").hidePopover();
}

/** Open the menu, as its button does. */
export function openMenu() {
  if (!byId("d-more").hidden) byId("d-menu").showPopover();
}

function fill() {
  const { row, detail, press } = shown;
  const pressed = (verb) => {
    byId("d-menu").hidePopover();
    press(verb);
  };
  const lines = offeredMore(row, detail).map((verb) =>
    h(
      "button",
      { type: "button", role: "menuitem", "data-verb": verb, onclick: () => pressed(verb) },
      codeText("verb", verb),
    ),
  );
  byId("d-menu").replaceChildren(...lines);
}

/** Beneath its button, and inside the window. */
function place() {
  const menu = byId("d-menu");
  const button = byId("d-more").getBoundingClientRect();
  menu.style.top = `${Math.min(button.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, button.right - menu.offsetWidth)}px`;
}

function onKey(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const lines = [...byId("d-menu").children];
  const next = lines.indexOf(document.activeElement) + step;
  lines[(next + lines.length) % lines.length]?.focus();
}

byId("d-menu").addEventListener("beforetoggle", (event) => event.newState === "open" && fill());
byId("d-menu").addEventListener("toggle", (event) => {
  if (event.newState !== "open") return;
  place();
  byId("d-menu").firstElementChild?.focus();
});
byId("d-menu").addEventListener("keydown", onKey);
