// What the officer points at: what is under the pointer, else what has the focus. An element says
// by `data-points` what it stands for: the id of an order, or PLAN for all of the proposed plan.

export const PLAN = "plan";

/** `changed()` is called when `now()` of what is returned gives another; "" for nothing. */
export function watchPointed(changed) {
  const seen = { pointer: "", focus: "" };
  const now = () => seen.pointer || seen.focus;
  const see = (part, target) => {
    const before = now();
    seen[part] = target?.closest?.("[data-points]")?.dataset.points ?? "";
    if (now() !== before) changed();
  };
  document.addEventListener("pointerover", ({ target }) => see("pointer", target));
  document.addEventListener("pointerout", ({ relatedTarget }) => see("pointer", relatedTarget));
  document.addEventListener("focusin", ({ target }) => see("focus", target));
  document.addEventListener("focusout", ({ relatedTarget }) => see("focus", relatedTarget));
  return { now };
}
