// A tone for a new case, by its severity, again and again until somebody acknowledges it by any key
// or press on the page. A browser lets a page sound only after it was pressed once: until then the
// bar says it without a sound.
import { readText, writeText } from "/shared/browser_storage.js";
import { codeText, t } from "/shared/i18n.js";
import { setAttr, setHidden, setText } from "/shared/keyed_list.js";
import { TonePlayer } from "/shared/tone.js";
import { number } from "./queue_row.js";

const OFF = "citybrain-tone-off";
const REPEAT_MS = 5000;
const REPEATS_MAX = 60; // five minutes; then the paging's own channels are what calls people
const RANK = ["Moderate", "Severe", "Extreme"];
const byId = (id) => document.getElementById(id);

export class AlarmTone {
  constructor() {
    this.player = new TonePlayer();
    this.waiting = []; // new cases that nobody acknowledged
    this.repeats = 0;
    this.timer = 0;
    byId("tone").addEventListener("click", () => this.flip());
    byId("alarm-ok").addEventListener("click", () => this.acknowledge());
    for (const kind of ["keydown", "pointerdown"])
      document.addEventListener(kind, () => this.onTouched(), { capture: true });
    this.draw();
  }

  get isOff() {
    return readText(OFF) === "1";
  }

  /** `rows`: cases that have just come in. */
  ring(rows) {
    const loud = rows.filter((row) => RANK.includes(row.severity));
    if (!loud.length) return;
    this.waiting = [...this.waiting, ...loud].slice(-50);
    this.repeats = 0;
    clearTimeout(this.timer);
    this.sound();
    this.draw();
  }

  /** What is over rings no more: `isOver` says so of a row. */
  drop(isOver) {
    const left = this.waiting.filter((row) => !isOver(row));
    if (left.length === this.waiting.length) return;
    this.waiting = left;
    if (!left.length) clearTimeout(this.timer);
    this.draw();
  }

  /** Somebody has heard or seen it. */
  acknowledge() {
    clearTimeout(this.timer);
    this.waiting = [];
    this.draw();
  }

  draw() {
    const worst = this.worst();
    setHidden(byId("alarm"), !worst);
    if (worst) {
      byId("alarm").className = `alarm sev-${worst.severity}`;
      const what = `${codeText("kind", worst.kind)} ${number(worst)}`;
      const more = this.waiting.length - 1;
      setText(byId("alarm-text"), more ? t("tone.more", { what, n: more }) : t("tone.new", { what }));
    }
    setText(byId("tone"), this.isOff ? t("tone.off") : t("tone.on"));
    setAttr(byId("tone"), "aria-pressed", String(!this.isOff));
  }

  worst() {
    const rank = (row) => RANK.indexOf(row.severity);
    return this.waiting.reduce((a, b) => (a && rank(a) >= rank(b) ? a : b), null);
  }

  flip() {
    writeText(OFF, this.isOff ? "0" : "1");
    this.draw();
  }

  onTouched() {
    if (this.waiting.length) this.acknowledge();
  }

  sound() {
    const worst = this.worst();
    if (!worst || this.repeats >= REPEATS_MAX) return;
    this.repeats += 1;
    if (!this.isOff) this.player.play(worst.severity);
    document.dispatchEvent(new CustomEvent("rung", { detail: { severity: worst.severity } }));
    this.timer = setTimeout(() => this.sound(), REPEAT_MS);
  }
}
