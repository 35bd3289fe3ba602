// A crew's page: the order, the way, the buttons. A new order rings until it is answered. An order
// that a newer assignment number has overtaken is shown as void and cannot be answered.
import { everySecond, timeOfDay } from "/shared/clock.js";
import { codeText, inLanguage, onLanguage, t } from "/shared/i18n.js";
import { setHidden, setText } from "/shared/keyed_list.js";
import { keepOpen } from "/shared/connection.js";
import { may } from "/shared/person.js";
import { TonePlayer } from "/shared/tone.js";
import { AnswerSender } from "./answer_sender.js";
import { drawAdvice } from "./crew_advice.js";
import { CrewButtons } from "./crew_buttons.js";
import { closeCalls } from "./crew_push.js";
import { drawDuty } from "./crew_duty.js";
import { drawMessages } from "./crew_messages.js";
import { drawNext } from "./crew_next.js";
import { drawOrder } from "./crew_order.js";
import { drawPicture } from "./crew_picture.js";
import { drawSketch } from "./crew_sketch.js";
import { keepScreen, keepShell, keptScreen } from "./crew_shell.js";
import { drawToday } from "./crew_today.js";
import { drawWaiting } from "./crew_waiting.js";
import { OrderRing } from "./order_ring.js";
import { read, write } from "/shared/browser_storage.js";
import { sharePosition } from "./position_sharing.js";
import { stayAwake } from "./stay_awake.js";
import { showPhone } from "./this_phone.js";

const OVER = ["done", "refused"]; // by what was answered here, before the screen says so
const byId = (id) => document.getElementById(id);
const unit = document.body.dataset.unit;
const assignmentKey = `citybrain-assignment-${unit}`;
const page = { view: null, here: null, keptAt: 0 }; // keptAt: the view is of the phone, of then
const answers = new AnswerSender(unit, () => draw());
const buttons = new CrewButtons(answers, () => draw());
const player = new TonePlayer(() => (drawPhone(), draw()));
const ring = new OrderRing(player, pulse);
const drawPhone = showPhone(player);
keepShell(drawPhone);
player.open(); // an installed page may sound before it was pressed

/**
 * The newest assignment number that this phone has seen. The rule of the device: an older number
 * from another order is void.
 */
function newest(order) {
  const seen = read(assignmentKey);
  if (!order || (seen && order.assignment_number <= seen.assignment_number)) return seen;
  const fresh = { order: order.id, assignment_number: order.assignment_number };
  write(assignmentKey, fresh);
  return fresh;
}

function draw() {
  const { view } = page;
  const order = view?.order ?? null;
  const last = newest(order);
  drawWaiting(answers.held, last);
  if (!view) return;
  const isVoid = Boolean(order && last && last.order !== order.id);
  const stage = order ? answers.stageOf(order) : "";
  const isAnswerable = Boolean(order) && !isVoid && may("answer_order");
  const isRinging = isAnswerable && !page.keptAt && stage === "issued" && !answers.sending(order);
  setHidden(byId("kept"), !page.keptAt);
  if (page.keptAt) setText(byId("kept"), t("crewpage.kept", { at: sayWhen(page.keptAt) }));
  setText(byId("name"), inLanguage(view.name));
  setText(byId("state"), codeText("unit", view.state));
  setHidden(byId("free"), Boolean(order || view.status));
  setHidden(byId("order"), !order);
  document.body.classList.toggle("is-ringing", isRinging);
  const isSilent = player.isOffered && !player.isReady;
  const { here } = page;
  if (order) drawOrder(view, order, { stage, last, isVoid, isRinging, isSilent, here });
  const isLive = Boolean(order) && !isVoid && !OVER.includes(stage);
  drawAdvice(isLive ? view : null);
  drawSketch(isLive && !isRinging ? view : null); // nothing is beside an order that rings
  ring.call(isRinging ? order : null);
  if (!page.keptAt) closeCalls(isRinging ? order.id : "");
  stayAwake(isLive);
  drawPicture(isVoid ? null : order);
  drawNext(view);
  drawMessages(view);
  drawToday(view, isVoid ? "" : stage);
  buttons.draw(isAnswerable ? order : null, stage);
  drawDuty(view, byId("duty"), unit);
}

/** The screen shows each ringing, for whom does not hear it. */
function pulse() {
  byId("order").animate([{ backgroundColor: "var(--pulse)" }, {}], { duration: 900 });
}

const sayWhen = (ms) => timeOfDay(ms * 1000, false);

/** The page has a stream of its district, or lost it: then what the phone kept is better than
 * nothing, and says how old it is. */
function onLink(isUp) {
  if (isUp) answers.send();
  const kept = isUp || page.view ? null : keptScreen(unit);
  if (!kept) return;
  Object.assign(page, { view: kept.screen, keptAt: kept.at });
  draw();
}

function onScreen(view) {
  Object.assign(page, { view, keptAt: 0 });
  keepScreen(unit, view);
  draw();
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
  onMessage: onScreen,
  onState: onLink,
});
