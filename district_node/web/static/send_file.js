// Sends a file to a case as the body of one request: an Outcome, whatever goes wrong.
import { requestId } from "/shared/actions.js";

const SEND_MS = 300_000; // a picture over a bad mobile network; the node waits no longer

/** Attach `file` to the incident `about`, in the name of `actor`. */
export async function sendFile(about, actor, file) {
  const query = new URLSearchParams({ request_id: requestId(), actor, name: file.name });
  const path = `/api/v1/incidents/${encodeURIComponent(about)}/attachments?${query}`;
  try {
    const headers = { "content-type": "application/octet-stream" };
    const signal = AbortSignal.timeout(SEND_MS);
    const answer = await fetch(path, { method: "POST", headers, body: file, signal });
    const outcome = await answer.json();
    return { ...outcome, done: Boolean(answer.ok && outcome.done) };
  } catch {
    return { done: false, reason: "no_network", detail: "" };
  }
}
