// A crew's answers on their way: kept on the phone until the district has them, sent again with the same request id. One at a time.
import { post, requestId, toastOutcome } from "/shared/act.js";

const AGAIN_MS = 2000;

export class Answers {
  /** `changed()` is called whenever an answer begins or ceases to wait. */
  constructor(unit, changed) {
    this.unit = unit;
    this.changed = changed;
    this.slot = `citybrain-answer-${unit}`;
    this.waiting = JSON.parse(localStorage.getItem(this.slot) ?? "null");
    this.isSending = false;
    this.failed = false;
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), AGAIN_MS);
  }

  /** Say `action` about `order`; `title` is what a toast calls it. */
  say(order, action, reason, title) {
    if (this.waiting) return;
    const body = { request: requestId(), unit: this.unit, order: order.order, assignment: order.assignment, action, reason };
    this.keep({ body, title });
    this.send();
  }

  async send() {
    if (!this.waiting || this.isSending) return;
    this.isSending = true;
    const outcome = await post(`/crew/${encodeURIComponent(this.unit)}/answer`, this.waiting.body);
    this.isSending = false;
    this.failed = outcome === null || outcome.reason === "queue_full";
    if (!this.failed) {
      toastOutcome(this.waiting.title, outcome);
      this.keep(null);
    }
    this.changed();
  }

  keep(answer) {
    this.waiting = answer;
    if (answer) localStorage.setItem(this.slot, JSON.stringify(answer));
    else localStorage.removeItem(this.slot);
    this.changed();
  }
}
