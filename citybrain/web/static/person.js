// Who signed in, and what he may do: the page offers nothing else. The node refuses all the same.
const { person: name = "", may: verbs } = document.body.dataset;

/** The name of who signed in; "" where nobody signs in. */
export const person = name;

/** Whether to offer a verb of the permissions, such as "close" or "issue_plan". */
export const may = (verb) => verbs === undefined || verbs.split(" ").includes(verb);

/** Leave for the sign-in page where the session has ended. */
export async function leaveIfSignedOut() {
  if (!person && verbs === undefined && document.getElementById("lab") === null) return;
  try {
    const answer = await fetch("/signed-in", { redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) location.reload();
  } catch {
    // no network: the banner says so, and the next try asks again
  }
}
