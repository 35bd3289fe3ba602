// Whether pages are light now, for what is drawn on canvases and asks no style sheet.
const system = matchMedia("(prefers-color-scheme: light)");

export function isLight() {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || (theme === "system" && system.matches);
}

const inks = new Map(); // of the ground that they were asked for: token -> colour
let asked = null;

/** The colour of the style sheet's `token`, e.g. "--good", on the page's ground, for canvases. */
export function tokenInk(token) {
  if (asked !== isLight()) {
    asked = isLight();
    inks.clear();
  }
  if (!inks.has(token)) {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    inks.set(token, getComputedStyle(probe).color);
    probe.remove();
  }
  return inks.get(token);
}

const USUAL_PX = 15; // the type of a desk, for which marks are as large as they are written

/** By how much larger marks are here: they grow with the type of a wall. */
export const markScale = () =>
  parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX;

/** Call `redraw` whenever that changes, as long as `map` is there. */
export function whileOn(map, redraw) {
  let drawn = isLight();
  const check = () => {
    if (isLight() === drawn) return;
    drawn = isLight();
    redraw();
  };
  addEventListener("look", check);
  addEventListener("storage", check);
  system.addEventListener("change", check);
  map.on("unload", () => {
    removeEventListener("look", check);
    removeEventListener("storage", check);
    system.removeEventListener("change", check);
  });
}
