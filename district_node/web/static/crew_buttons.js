// The buttons of a crew's order: what can be answered at its stage, and what is asked for first.
import { toast } from "/shared/actions.js";
import { askReason } from "/shared/dialogs.js";
import { codeText, keysOf, t } from "/shared/i18n.js";
import { h, setText, updateList } from "/shared/keyed_list.js";

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
const SETTLE_MS = 700; // the next step's button stands where the last one was pressed
const byId = (id) => document.getElementById(id);

export class CrewButtons {
  /** `answers`: the sender; `changed()` draws the page. */
  constructor(answers, changed) {
    this.answers = answers;
    this.changed = changed;
    this.order = null;
    this.pressedAt = -SETTLE_MS;
  }

  /** Offer what can be answered to `order` at `stage`; null: nothing. */
  draw(order, stage) {
    this.order = order;
    const sending = order ? this.answers.sending(order) : "";
    const isSettling = performance.now() - this.pressedAt < SETTLE_MS;
    const buttons = ((order && NEXT[stage]) ?? []).map((action, i) => ({
      action,
      first: i === 0,
      sending: sending === (FOUND[action] ?? action),
      off: Boolean(sending) || isSettling,
      text: codeText(action in FOUND ? "finding" : "crew", action),
    }));
    updateList(byId("buttons"), buttons, {
      keyOf: (button) => button.action,
      make: ({ action }) =>
        h("button", { type: "button", "data-action": action, onclick: () => this.press(action) }),
      draw: (node, button) => {
        node.className = button.first ? "primary" : button.action === "cannot" ? "danger" : "";
        node.disabled = button.off;
        setText(node, button.sending ? t("page.sending") : button.text);
      },
    });
  }

  async press(action) {
    const { order } = this;
    if (!order || this.answers.sending(order)) return;
    if (action in FOUND) await this.sayFound(order, action);
    else if (action === "cannot") await this.sayCannot(order);
    else this.submit(order, action, {}, `crew.${action}`);
  }

  async sayCannot(order) {
    let reasonClass = OTHER;
    const reason = await askReason({
      title: t("crewpage.cannot_title"),
      what: codeText("means", OTHER),
      presets: Object.keys(CANNOT),
      onPick: (key) => {
        reasonClass = CANNOT[key];
        setText(byId("reason-subject"), codeText("means", reasonClass));
      },
    });
    if (reason === null) return;
    this.submit(order, "cannot", { reason, reason_class: reasonClass }, "crew.cannot");
  }

  /** Nothing is there: one press. It is worse: what else is needed is asked for first. */
  async sayFound(order, finding) {
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
    const said = { reason, finding, needs };
    this.submit(order, FOUND[finding], said, `finding.${finding}`);
  }

  submit(order, action, said, word) {
    this.pressedAt = performance.now();
    setTimeout(this.changed, SETTLE_MS + 20);
    if (!this.answers.submit(order, action, said, word)) toast(t("crewpage.waiting_full"), "bad");
  }
}
