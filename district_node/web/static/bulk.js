// Several cases at once: chosen by x or by a press with Shift or Ctrl, then one verb for all of
// them, with one reason. Each case has an outcome of its own.
import { requestId, sendAgain, toast } from "/shared/actions.js";
import { codeText, language, reason, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { offered } from "./incident_detail.js";
import { isEnded, number } from "./queue_row.js";
import { askForMany } from "./verb_press.js";

const VERBS = ["take", "acknowledge", "open", "defer", "close", "reject"];
const PICKED_MAX = 200; // what the API takes in one request
const REFUSALS_SHOWN = 3;
const byId = (id) => document.getElementById(id);

export class Bulk {
  /** `draw()` shows again which rows are chosen. */
  constructor(draw) {
    this.redraw = draw;
    this.rows = new Map(); // id -> the row as it was last seen
    byId("bulk-clear").addEventListener("click", () => this.clear());
  }

  has(id) {
    return this.rows.has(id);
  }

  flip(row) {
    if (this.rows.has(row.id)) this.rows.delete(row.id);
    else this.add([row]);
    this.draw();
  }

  /** Choose all of `rows` too. */
  add(rows) {
    for (const row of rows)
      if (!isEnded(row) && this.rows.size < PICKED_MAX) this.rows.set(row.id, row);
    this.draw();
  }

  clear() {
    this.rows.clear();
    this.draw();
  }

  /** What came of them meanwhile: what is over is chosen no more. */
  refresh(rows) {
    for (const row of rows) {
      if (!this.rows.has(row.id)) continue;
      if (isEnded(row)) this.rows.delete(row.id);
      else this.rows.set(row.id, row);
    }
    this.draw();
  }

  draw() {
    const chosen = [...this.rows.values()];
    setHidden(byId("bulk"), chosen.length === 0);
    setText(byId("bulk-count"), t("bulk.chosen", { n: chosen.length }));
    const verbs = VERBS.filter((verb) => chosen.some((row) => offered(row).includes(verb)));
    updateList(byId("bulk-verbs"), verbs, {
      keyOf: (verb) => verb,
      epoch: language(),
      make: (verb) => {
        const pressed = () => this.press(verb);
        return h("button", { type: "button", class: "small", "data-verb": verb, onclick: pressed });
      },
      draw: (node, verb) => setText(node, codeText("verb", verb)),
    });
    this.redraw();
  }

  /** `verb` for all that it may be done to now; the others are named. */
  async press(verb) {
    const chosen = [...this.rows.values()];
    const fitting = chosen.filter((row) => offered(row).includes(verb));
    const given = await askForMany(verb, fitting);
    if (!given) return;
    const actions = fitting.map((row) => ({
      ...given,
      request_id: requestId(),
      incident: row.id,
      verb,
    }));
    const answer = await sendAgain("/api/v1/actions-on-many", { actions });
    const outcomes = answer?.outcomes ?? [];
    const reasons = new Map(chosen.map((row) => [row, "illegal"])); // not in its stage
    const none = answer?.reason || "no_network"; // where the request was refused as a whole
    fitting.forEach((row, i) => reasons.set(row, outcomes[i]?.reason || none));
    const done = fitting.filter((_, i) => outcomes[i]?.done);
    const refused = chosen.filter((row) => !done.includes(row));
    const text = t("bulk.done", {
      verb: codeText("verb", verb),
      n: done.length,
      all: chosen.length,
    });
    const named = refused
      .slice(0, REFUSALS_SHOWN)
      .map((row) => `${number(row)}: ${reason(reasons.get(row))}`);
    toast([text, ...named].join(" · "), refused.length ? "bad" : "good");
    for (const row of done) this.rows.delete(row.id);
    this.draw();
  }
}
