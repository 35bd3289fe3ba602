// How pages look in this browser, light or dark and how large, before anything of them is drawn. A
// script and no module: a page must not flash in the other one first.
(() => {
  const root = document.documentElement;
  const CHOICES = { theme: ["dark", "light", "system"], size: ["small", "normal", "large"] };
  const FIRST = { theme: "dark", size: "normal" };
  const key = (name) => `citybrain-${name}`;
  const chosen = (name) => {
    try {
      const kept = localStorage.getItem(key(name));
      return CHOICES[name].includes(kept) ? kept : FIRST[name];
    } catch {
      return FIRST[name]; // a browser that keeps nothing
    }
  };
  const show = () => {
    for (const name of Object.keys(CHOICES)) root.dataset[name] = chosen(name);
  };
  show();
  addEventListener("storage", show); // another page of this node
  document.addEventListener("change", ({ target }) => {
    const name = target.dataset?.look;
    if (!CHOICES[name]) return;
    try {
      localStorage.setItem(key(name), target.value);
    } catch {
      // it holds until the page is left
    }
    root.dataset[name] = target.value;
    dispatchEvent(new Event("look"));
    dispatchEvent(new Event("resize")); // what was measured is measured again
  });
  document.addEventListener(
    "toggle",
    ({ target, newState }) => {
      if (target.id !== "look" || newState !== "open") return;
      const button = document.querySelector("[popovertarget=look]").getBoundingClientRect();
      target.style.top = `${button.bottom + 4}px`;
      target.style.left = `${Math.max(8, button.right - target.offsetWidth)}px`;
      for (const input of target.querySelectorAll("[data-look]"))
        input.checked = input.value === root.dataset[input.dataset.look];
    },
    { capture: true },
  );
})();
