// Takes the secret of a one-time link out of the page's address, so that no history keeps it, and
// posts it. Who is signed in already presses the button first.
const form = document.getElementById("link-form");
const secret = location.hash.slice(1);

if (form && secret) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("link").value = secret;
  if ("atOnce" in form.dataset) form.requestSubmit();
}
