// What is seen at the scene of a crew's order: the boxes of a camera on a neutral ground, or what a
// sensor reads, with its limit. There is no picture: none leaves the street.
import { describeScene, drawScene } from "/shared/evidence.js";
import { withUnit } from "./measured.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { language, t } from "/shared/i18n.js";
import { setHidden, setText } from "/shared/keyed_list.js";

const byId = (id) => document.getElementById(id);
let shown = null; // the screen
let drawn = ""; // what the canvas has: it is drawn again where that is another
new ResizeObserver(() => drawBoxes()).observe(byId("sketch-boxes"));

/** Draw what `view`, a crew's screen, says of its order's scene; null: it has none that counts. */
export function drawSketch(view) {
  shown = view;
  const reading = view?.reading;
  const isDrawn = hasBoxes(view?.evidence);
  setHidden(byId("sketch"), !isDrawn && !reading);
  setHidden(byId("sketch-boxes"), !isDrawn);
  setHidden(byId("sketch-reading"), isDrawn);
  if (isDrawn) {
    const note = t("scene.note");
    setText(byId("sketch-note"), `${describeScene(view.evidence)} · ${note}`);
    drawBoxes();
  } else if (reading) {
    setText(byId("sketch-reading"), readingText(reading));
    const at = timeOfDay(timeUs(reading.at), false);
    setText(byId("sketch-note"), t("crewpage.measured_at", { at }));
  }
}

const hasBoxes = (evidence) => Boolean(evidence?.boxes?.length || evidence?.outline?.length);

function drawBoxes() {
  const { clientWidth: width } = byId("sketch-boxes");
  if (!width || !hasBoxes(shown?.evidence)) return; // what is not shown has no width
  const now = `${width} ${language()} ${JSON.stringify(shown.evidence)}`;
  if (now === drawn) return;
  drawn = now;
  drawScene(byId("sketch-boxes"), shown.evidence);
}

function readingText({ value = 0, limit, unit }) {
  const words = { value: withUnit(value, unit) };
  if (limit === undefined) return t("reading.bare", words);
  return t("reading.now", { ...words, limit: withUnit(limit, unit) });
}
