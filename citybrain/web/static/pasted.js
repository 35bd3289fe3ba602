// Says what a field has no room for: a browser cuts what is pasted, and tells nobody.
import { grouped, t } from "./i18n.js";
import { toast } from "./actions.js";

document.addEventListener("paste", ({ target, clipboardData }) => {
  const { maxLength = -1, value = "", selectionStart, selectionEnd } = target ?? {};
  if (maxLength < 0 || !clipboardData) return;
  const replaced = (selectionEnd ?? 0) - (selectionStart ?? 0);
  const left = clipboardData.getData("text").length - (maxLength - value.length + replaced);
  if (left <= 0) return;
  toast(t("page.cut", { left: grouped(left), max: grouped(maxLength) }), "bad");
});
