// The answers of a crew that its district does not have yet, the oldest first. They are read from
// the phone each time, so that two pages of one crew keep one journal. Sends nothing.
import { read, write } from "/shared/browser_storage.js";

const KEPT_MAX = 50; // more than any shift without a network gives; each is some hundred bytes

export class AnswerJournal {
  constructor(unit) {
    this.key = `citybrain-answers-v2-${unit}`;
    this.takeOver(`citybrain-answer-v1-${unit}`);
  }

  /** Each is { body, word, at }: what is sent, the word for it, when it was given (ms). */
  all() {
    const found = read(this.key);
    return Array.isArray(found) ? found.filter((one) => one?.body?.request_id) : [];
  }

  /** Whether there was room: an older answer is never dropped for a newer one. */
  add(answer) {
    const all = this.all();
    if (all.length >= KEPT_MAX) return false;
    write(this.key, [...all, answer]);
    return true;
  }

  remove(requestId) {
    const left = this.all().filter((one) => one.body.request_id !== requestId);
    write(this.key, left.length ? left : null);
  }

  /** The one answer that an older page kept under `key`. */
  takeOver(key) {
    const old = read(key);
    if (!old) return;
    const word = `crew.${old.body?.answer}`;
    if (old.body?.request_id) this.add({ body: old.body, word, at: Date.now() });
    write(key, null);
  }
}
