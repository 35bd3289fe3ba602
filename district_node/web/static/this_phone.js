// What of a call works on this phone, and what to do where something does not. It says what is
// missing, and never that the phone is at fault.
import { language, onLanguage, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { askPush, openPush, pushState } from "./crew_push.js";
import { shellState } from "./crew_shell.js";
import { canShake, mayShake, ringOnce } from "./order_ring.js";
import { isKept } from "/shared/browser_storage.js";
import { awakeState, onAwake } from "./stay_awake.js";

const TRIED_AS = "Severe";
const byId = (id) => document.getElementById(id);

/** Draw the list whenever it is another, and let the ring be tried; returns what draws it. */
export function showPhone(player) {
  const draw = () => drawPhone(player);
  byId("try-ring").addEventListener("click", () => {
    player.open();
    // the player may need a moment after the very first press
    setTimeout(() => (ringOnce(player, TRIED_AS), draw()), 150);
  });
  for (const kind of ["keydown", "pointerdown"])
    document.addEventListener(kind, () => setTimeout(draw, 300), { once: true });
  byId("allow-push").addEventListener("click", askPush);
  openPush(() => {
    draw();
    if (pushState() === "ask") byId("phone").open = true;
  });
  onAwake(draw);
  onLanguage(draw);
  draw();
  // who has to do something before it rings should see so at once
  byId("phone").open = stateOfAll(player).some((one) => one.state === "todo");
  return draw;
}

function drawPhone(player) {
  const all = stateOfAll(player);
  const open = all.filter((one) => one.state === "todo").length;
  const lacking = all.filter((one) => one.state === "missing").length;
  setText(byId("phone-state"), summary(open, lacking));
  byId("phone-state").className = `chip${open ? " is-warn" : lacking ? "" : " is-lit"}`;
  updateList(byId("phone-list"), all, {
    keyOf: (one) => one.name,
    epoch: language(),
    make: () => h("li", {}, h("b"), h("span")),
    draw: (node, one) => {
      node.className = `is-${one.state}`;
      setText(node.firstChild, one.title);
      setText(node.lastChild, one.text);
    },
  });
  const isToTry = all.some((one) => one.state === "todo" && one.name !== "push");
  byId("try-ring").className = isToTry ? "primary" : "";
  setHidden(byId("allow-push"), pushState() !== "ask");
  setHidden(byId("try-ring"), !player.isOffered && !canShake());
}

function summary(open, lacking) {
  if (open) return t("phone.todo", { n: open });
  return lacking ? t("phone.lacking", { n: lacking }) : t("phone.ready");
}

/** Each with a state: works, todo (the crew can mend it), missing, absent (nobody offers it). */
function stateOfAll(player) {
  return [
    { name: "sound", title: t("phone.sound"), ...sound(player) },
    { name: "vibration", title: t("phone.vibration"), ...vibration() },
    { name: "awake", title: t("phone.awake"), ...awake() },
    { name: "push", title: t("phone.push"), ...push() },
    { name: "storage", title: t("phone.storage"), ...storage() },
    { name: "offline", title: t("phone.offline"), ...offline() },
  ];
}

function sound(player) {
  if (!player.isOffered) return { state: "missing", text: t("phone.sound_missing") };
  if (!player.isReady) return { state: "todo", text: t("phone.sound_press") };
  return { state: "works", text: t("phone.sound_works") };
}

function vibration() {
  if (!canShake()) return { state: "missing", text: t("phone.vibration_missing") };
  if (!mayShake()) return { state: "todo", text: t("phone.vibration_press") };
  return { state: "works", text: t("phone.works") };
}

function awake() {
  const state = awakeState();
  if (state === "works") return { state, text: t("phone.awake_works") };
  if (state === "refused") return { state: "missing", text: t("phone.awake_refused") };
  const text = isSecureContext ? t("phone.awake_missing") : t("phone.awake_insecure");
  return { state, text };
}

/** What the district does not offer is not missing on this phone. */
function push() {
  const found = pushState();
  const text = t(`phone.push_${found}`);
  if (found === "works") return { state: "works", text };
  if (found === "ask" || found === "denied") return { state: "todo", text };
  return { state: found === "none" || found === "asking" ? "absent" : "missing", text };
}

function storage() {
  if (isKept()) return { state: "works", text: t("phone.storage_works") };
  return { state: "missing", text: t("phone.storage_missing") };
}

function offline() {
  const state = shellState();
  if (state === "works") return { state, text: t("phone.offline_works") };
  const text = isSecureContext ? t("phone.offline_missing") : t("phone.offline_insecure");
  return { state, text };
}
