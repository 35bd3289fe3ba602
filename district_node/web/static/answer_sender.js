// Sends a crew's answers, one after another in the order in which they were given: each is in the
// phone's journal until the district has it, and keeps its request id, so that it counts once.
// What was pressed counts on this page at once where the network is away: a crew goes on working.
import { post, requestId, toastOutcome } from "/shared/actions.js";
import { t } from "/shared/i18n.js";
import { AnswerJournal } from "./answer_journal.js";

const RETRY_MS = 2000;
const TOLD_MS = 10_000; // the screen has it by then, and is believed again
const SIGNED_OUT = 401; // whoever signs in again sends them: nothing was decided of them
const OVERTAKEN = "old_assignment_number";
const NEXT = {
  accept: "accepted",
  depart: "en_route",
  arrive: "on_scene",
  finish: "done",
  cannot: "refused",
};
const STAGES = ["issued", ...Object.values(NEXT)];

export class AnswerSender {
  /** `changed()` is called whenever an answer starts or stops waiting. */
  constructor(unit, changed) {
    this.unit = unit;
    this.changed = changed;
    this.journal = new AnswerJournal(unit);
    this.waiting = this.journal.all();
    this.untried = new Set(); // request ids of those whose first sending is not over
    this.told = []; // those that the district has, and its screen may not show yet
    this.isSending = false;
    this.notBefore = 0; // of the page's clock: the node said when to come again
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), RETRY_MS);
  }

  /** Those that a sending has failed of. */
  get held() {
    return this.waiting.filter(({ body }) => !this.untried.has(body.request_id));
  }

  /**
   * Answer `action` to `order`; `said` is what goes with it, `word` the key of what it is called.
   * False: there is no room for another one.
   */
  submit(order, action, said, word) {
    const body = {
      request_id: requestId(),
      order: order.id,
      assignment_number: order.assignment_number,
      answer: action,
      ...said,
    };
    if (!this.held.length) this.untried.add(body.request_id);
    const taken = this.journal.add({ body, word, at: Date.now() });
    this.update();
    this.send();
    return taken;
  }

  /** What is being sent of `order` for the first time; "": nothing. */
  sending(order) {
    const isFirst = ({ body }) => isOf(order, body) && this.untried.has(body.request_id);
    return this.waiting.find(isFirst)?.body.answer ?? "";
  }

  /** The stage of `order` with what was answered here, and is not on the screen yet. */
  stageOf(order) {
    const now = performance.now();
    this.told = this.told.filter((one) => one.until > now);
    const given = [...this.told, ...this.held].filter(({ body }) => isOf(order, body));
    const stages = given.map(({ body }) => NEXT[body.answer] ?? order.stage);
    return stages.reduce((a, b) => (STAGES.indexOf(b) > STAGES.indexOf(a) ? b : a), order.stage);
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (performance.now() >= this.notBefore && (await this.sendFirst()));
    } finally {
      this.isSending = false;
    }
  }

  /** Whether the next one may be sent: the oldest is the district's now. */
  async sendFirst() {
    const [first] = this.journal.all();
    if (!first) return false;
    const path = `/api/v1/units/${encodeURIComponent(this.unit)}/answers`;
    const outcome = await post(path, first.body);
    this.notBefore = performance.now() + (outcome?.retryAfterMs ?? 0);
    const isOver = outcome && outcome.retryAfterMs === null && outcome.status !== SIGNED_OUT;
    if (isOver) this.end(first, outcome);
    else this.untried.clear();
    this.update();
    return isOver;
  }

  end({ body, word }, outcome) {
    this.journal.remove(body.request_id);
    this.untried.delete(body.request_id);
    if (outcome.done) this.told.push({ body, until: performance.now() + TOLD_MS });
    const what = t(word);
    const isVoid = !outcome.done && outcome.reason === OVERTAKEN;
    toastOutcome(isVoid ? t("crewpage.void_answer", { what }) : what, outcome);
  }

  update() {
    this.waiting = this.journal.all();
    this.changed();
  }
}

const isOf = (order, body) =>
  body.order === order.id && body.assignment_number === order.assignment_number;
