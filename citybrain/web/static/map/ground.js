// Whether pages are light now, for what is drawn on canvases and asks no style sheet.
const system = matchMedia("(prefers-color-scheme: light)");

export function isLight() {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || (theme === "system" && system.matches);
}

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
