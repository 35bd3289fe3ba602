// Why a unit gets no order, in words. Draws nothing.
import { timeOfDay, timeUs } from "/shared/clock.js";
import { codeText, reason, t } from "/shared/i18n.js";

/** `status`: a UnitStatus of the API; `isStateShown`: the unit's state stands beside it. */
export function statusText({ duty, cause, reason: why, since, until }, isStateShown = false) {
  const what = cause === "silent" || cause === "busy" ? codeText("out", cause) : "";
  return [
    what || (isStateShown ? "" : codeText("duty", duty)),
    why && cause !== "silent" ? reason(why) : "",
    since ? t("page.since", { time: timeOfDay(timeUs(since)) }) : "",
    until ? t("page.until", { time: timeOfDay(timeUs(until)) }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** What its crew should have done by now; "": nothing is overdue. */
export const overdueText = (overdue) => (overdue ? codeText("overdue", overdue) : "");
