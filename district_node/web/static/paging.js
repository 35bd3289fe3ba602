// Who was called about an incident, in words.
import { ageText, timeUs } from "/shared/clock.js";
import { t } from "/shared/i18n.js";

/** Whether somebody was called, and nobody has acknowledged. */
export const isCalling = ({ paging }) =>
  Boolean(paging && paging.to.length && !paging.ended && !paging.acknowledged_by);

/** "paged: Chen, 2 min ago, not acknowledged"; "" where nobody was called. */
export function pagingText({ paging }) {
  if (!paging || paging.ended || !paging.to.length) return "";
  if (paging.acknowledged_by) return t("paging.acknowledged", { name: paging.acknowledged_by });
  const names = paging.to.join(t("paging.and"));
  return t("paging.waiting", { names, span: ageText(timeUs(paging.since)) });
}

/** What became of the calls that did not reach anybody; "" where all did. */
export function failedText({ paging }) {
  const failed = (paging?.pages ?? []).filter(({ state }) => ["failing", "failed"].includes(state));
  if (paging?.ended || !failed.length) return "";
  const names = [...new Set(failed.map((page) => page.name))].join(t("paging.and"));
  return t("paging.not_reached", { names });
}
