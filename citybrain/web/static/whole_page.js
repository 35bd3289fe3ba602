// A page of which a script or style sheet did not come, as when the machine changes its network
// while the page loads, says so and is loaded again. A script and no module: it must be there
// before what it waits for.
(() => {
  const WAIT_MS = 1000;
  const AGAIN_MS = 5000; // where it was loaded again before
  const OWN = "script, link[rel=stylesheet]";
  let waiting = false;
  addEventListener(
    "error",
    ({ target }) => {
      if (waiting || !(target instanceof Element) || !target.matches(OWN)) return;
      waiting = true;
      const say = () => document.getElementById("not-whole")?.classList.add("is-shown");
      say();
      document.addEventListener("DOMContentLoaded", say); // it may not have been parsed yet
      const [loading] = performance.getEntriesByType("navigation");
      setTimeout(() => location.reload(), loading?.type === "reload" ? AGAIN_MS : WAIT_MS);
    },
    { capture: true },
  );
})();
