// Sends a crew's answer: stored on the phone until the district has it, sent again with the same
// request id. One at a time.
import { post, requestId, toastOutcome } from "/shared/actions.js";

const RETRY_MS = 2000;

export class AnswerSender {
  /** `changed()` is called whenever an answer starts or stops waiting. */
  constructor(unit, changed) {
    this.unit = unit;
    this.changed = changed;
    this.storageKey = `citybrain-answer-v1-${unit}`;
    this.waiting = JSON.parse(localStorage.getItem(this.storageKey) ?? "null");
    this.isSending = false;
    this.failed = false;
    this.notBefore = 0; // of the page's clock: the node said when to come again
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), RETRY_MS);
  }

  /** Answer `action` to `order`; `said` is what goes with it, `title` what a toast calls it. */
  submit(order, action, said, title) {
    if (this.waiting) return;
    const body = {
      request_id: requestId(),
      order: order.id,
      assignment_number: order.assignment_number,
      answer: action,
      ...said,
    };
    this.store({ body, title });
    this.send();
  }

  async send() {
    if (!this.waiting || this.isSending || performance.now() < this.notBefore) return;
    this.isSending = true;
    const path = `/api/v1/units/${encodeURIComponent(this.unit)}/answers`;
    const outcome = await post(path, this.waiting.body);
    this.isSending = false;
    this.failed = outcome === null || outcome.retryAfterMs !== null;
    this.notBefore = performance.now() + (outcome?.retryAfterMs ?? 0);
    if (!this.failed) {
      toastOutcome(this.waiting.title, outcome);
      this.store(null);
    }
    this.changed();
  }

  store(answer) {
    this.waiting = answer;
    if (answer) localStorage.setItem(this.storageKey, JSON.stringify(answer));
    else localStorage.removeItem(this.storageKey);
    this.changed();
  }
}
