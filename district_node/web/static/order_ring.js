// Calls a crew to an order that it has not answered: a tone by severity and a shaking phone, again
// and again. Whether an order is to be answered is the page's to say.
const REPEAT_MS = 4000;
const REPEATS_MAX = 150; // ten minutes: by then its district has looked for another crew
const SHAKES = {
  Extreme: [600, 150, 600, 150, 600],
  Severe: [400, 150, 400, 150, 400],
  Moderate: [400, 150, 400],
};
const SOFT = [300, 150, 300];

/** Whether the page may shake the phone: the browser can, and the page was pressed once. */
export const mayShake = () => canShake() && (navigator.userActivation?.hasBeenActive ?? true);
export const canShake = () => typeof navigator.vibrate === "function";

export class OrderRing {
  /** `player`: of the tones. `onRing()` is called each time that it rings. */
  constructor(player, onRing) {
    this.player = player;
    this.onRing = onRing;
    this.key = "";
    this.severity = "";
    this.repeats = 0;
    this.timer = 0;
  }

  /** Ring for `order`, and for no other one; null: be quiet. */
  call(order) {
    this.severity = order?.severity ?? "";
    const key = order ? `${order.id} ${order.assignment_number}` : "";
    if (key === this.key) return;
    this.stop();
    this.key = key;
    this.repeats = 0;
    if (key) this.ring();
  }

  stop() {
    clearTimeout(this.timer);
    if (this.key && mayShake()) navigator.vibrate(0);
  }

  ring() {
    if (this.repeats >= REPEATS_MAX) return;
    this.repeats += 1;
    ringOnce(this.player, this.severity);
    this.onRing();
    this.timer = setTimeout(() => this.ring(), REPEAT_MS);
  }
}

/** Ring a single time, for an order or to try it. */
export function ringOnce(player, severity) {
  const sounded = player.play(severity);
  const shaken = mayShake() && navigator.vibrate(SHAKES[severity] ?? SOFT);
  document.dispatchEvent(new CustomEvent("rung", { detail: { severity, sounded, shaken } }));
}
