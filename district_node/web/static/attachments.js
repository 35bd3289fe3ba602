// Files of the chosen incident: a link to save each, and the field that adds one where the district
// takes files. Nothing of them is shown in the page: names of people are text, never markup.
import verbs from "/verbs.js";
import { toastOutcome } from "/shared/actions.js";
import { timeOfDay, timeUs } from "/shared/clock.js";
import { ensureOperatorName } from "/shared/dialogs.js";
import { codeText, language, t } from "/shared/i18n.js";
import { h, setHidden, updateList } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { sendFile } from "./send_file.js";

const KIB = 1024;
const byId = (id) => document.getElementById(id);
let incident = null; // whose page is shown

/** Draw the files of `detail` (null: it is on its way). */
export function drawAttachments(row, detail) {
  incident = row.id;
  const files = detail?.attachments ?? [];
  const mayAdd =
    verbs.takesFiles && may("attach") && (verbs.offered[row.stage] ?? []).includes("attach");
  setHidden(byId("d-files-title"), !files.length && !mayAdd);
  setHidden(byId("d-file-form"), !mayAdd);
  updateList(byId("d-files"), files, {
    keyOf: (file) => file.id,
    epoch: language() + files.map((file) => file.state).join(),
    make: () => h("li"),
    draw: (node, file) => node.replaceChildren(...partsOf(row.id, file)),
  });
}

function partsOf(about, file) {
  const path = `/api/v1/incidents/${encodeURIComponent(about)}/attachments/`;
  const name =
    file.state === "kept"
      ? h("a", { href: path + encodeURIComponent(file.id), download: file.name }, file.name)
      : h("s", {}, file.name);
  const size = t("file.size", { n: Math.ceil(file.size / KIB) });
  const state = file.state === "kept" ? [] : [t(`file.${file.state}`)];
  const back = file.redacted_by ? [`${file.redacted_by}: ${file.redacted_reason}`] : [];
  return [
    h(
      "div",
      { class: "line" },
      name,
      h("time", { class: "end soft num", datetime: file.at }, timeOfDay(timeUs(file.at))),
    ),
    h("p", { class: "under" }, [file.actor, size, ...state, ...back].join(" · ")),
  ];
}

async function add() {
  const field = byId("d-file");
  const [about, files] = [incident, [...field.files]];
  field.value = "";
  const actor = files.length ? await ensureOperatorName() : "";
  if (!actor) return;
  for (const file of files)
    toastOutcome(`${codeText("verb", "attach")} ${file.name}`, await sendFile(about, actor, file));
}

byId("d-file").addEventListener("change", add);
