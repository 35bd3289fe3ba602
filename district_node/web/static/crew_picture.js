// The field by which a crew adds pictures to the case of its order, where its district takes files
// and the case is its district's own.
import { toastOutcome } from "/shared/actions.js";
import { codeText } from "/shared/i18n.js";
import { setHidden } from "/shared/keyed_list.js";
import { may } from "/shared/person.js";
import { sendFile } from "./send_file.js";

const byId = (id) => document.getElementById(id);
const { unit, district, takesFiles } = document.body.dataset;
let order = null; // the crew's

/** Offer it for the order `now` (null: there is none). */
export function drawPicture(now) {
  order = now;
  const isOwn = order?.incident_district === district;
  setHidden(byId("picture"), !(takesFiles && isOwn && may("attach")));
}

byId("picture-file").addEventListener("change", async ({ target }) => {
  const [about, files] = [order?.incident, [...target.files]];
  target.value = "";
  for (const file of about ? files : [])
    toastOutcome(`${codeText("verb", "attach")} ${file.name}`, await sendFile(about, unit, file));
});
