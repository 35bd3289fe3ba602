// Asks for what somebody reports by phone: kind, place, words, whom to call back. Returns a Report
// of the API without its actor; sends nothing.
import { get } from "/shared/actions.js";
import { codeText, language, t } from "/shared/i18n.js";
import { h, setText } from "/shared/keyed_list.js";
import { placePicker } from "./place_picker.js";
import { number } from "./queue_row.js";

const REPORTERS = ["citizen", "crew", "operator"];
const SEVERITIES = ["Extreme", "Severe", "Moderate", "Minor"];
const byId = (id) => document.getElementById(id);

/**
 * Ask for a report: it, or null. It begins at `place`, a Place; left out, at that of the incident
 * `row`, and where there is none, at `centre`.
 */
export async function askReport({ row, centre, place = null }) {
  const kinds = (await get("/api/v1/kinds?page_size=500"))?.kinds ?? [];
  const [dialog, form] = [byId("report-dialog"), byId("report-form")];
  form.reset();
  offer("report-kind", [["", t("report.choose")], ...kinds.map(kindChoice)]);
  offer("report-reporter", REPORTERS.map((one) => [one, codeText("reporter", one)]));
  offer("report-severity", SEVERITIES.map((one) => [one, codeText("severity", one)]), "Moderate");
  setText(byId("report-near"), row && !place ? t("report.near", { number: number(row) }) : "");
  dialog.returnValue = "";
  dialog.showModal();
  const picker = placePicker(byId("report-place"), "report", place ?? row?.place ?? centre);
  byId("report-kind").focus();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const report = dialog.returnValue === "ok" ? { ...entered(), place: picker.value() } : null;
  picker.end();
  return report;
}

function kindChoice({ id, title_en, title_zh }) {
  return [id, (language() === "zh" ? title_zh : title_en) || codeText("kind", id)];
}

function offer(id, choices, chosen = choices[0]?.[0]) {
  byId(id).replaceChildren(
    ...choices.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
}

function entered() {
  const value = (id) => byId(`report-${id}`).value.trim();
  return {
    kind: value("kind"),
    text: value("text"),
    contact: value("contact"),
    reporter: value("reporter"),
    severity: value("severity"),
  };
}
