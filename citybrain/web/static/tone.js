// Tones by severity, for pages that call a person. A browser lets a page sound only after it was
// pressed once, so every press on the page opens the player. Knows no page.

const NOTES = {
  Extreme: [988, 784, 988, 784, 988],
  Severe: [880, 880, 880],
  Moderate: [660],
};
const SOFT = [587, 587]; // where a page rings for a lesser one too
const NOTE_S = 0.16;

export class TonePlayer {
  /** `changed()` is called when it can sound, or cannot any more. */
  constructor(changed = () => {}) {
    this.changed = changed;
    this.audio = null;
    for (const kind of ["keydown", "pointerdown"])
      document.addEventListener(kind, () => this.open(), { capture: true });
  }

  get isOffered() {
    return typeof AudioContext !== "undefined";
  }

  get isReady() {
    return this.audio?.state === "running";
  }

  /** Get ready to sound, as far as the browser lets the page. */
  open() {
    if (!this.isOffered) return;
    if (!this.audio) {
      this.audio = new AudioContext();
      this.audio.onstatechange = () => this.changed();
    }
    if (this.audio.state === "suspended") this.audio.resume();
  }

  /** Sound for a case of `severity`; whether it could. */
  play(severity) {
    if (!this.isReady) return false;
    const begin = this.audio.currentTime;
    (NOTES[severity] ?? SOFT).forEach((hertz, i) => {
      const [tone, volume] = [this.audio.createOscillator(), this.audio.createGain()];
      const at = begin + i * (NOTE_S + 0.06);
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(at);
      tone.stop(at + NOTE_S);
    });
    return true;
  }
}
