// The key of the operator's map, and whether it shows what cameras cover: this browser's choice.
const OFF = "citybrain-map-cones-off";

/** Call `turn(isOn)` now and whenever somebody turns the sectors of cameras on or off. */
export function onCones(turn) {
  const box = document.getElementById("map-cones");
  const keys = document.getElementById("map-cone-keys");
  const show = () => {
    keys.hidden = !box.checked;
    turn(box.checked);
  };
  box.checked = !wasOff();
  box.addEventListener("change", () => {
    keep(box.checked);
    show();
  });
  show();
}

function wasOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // a browser that keeps nothing shows them
  }
}

function keep(isOn) {
  try {
    if (isOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // it holds for this page alone
  }
}
