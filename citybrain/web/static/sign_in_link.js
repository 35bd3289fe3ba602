// Takes the secret of a one-time link out of the page's address, so that no history keeps it, and
// posts it. Who is signed in already presses the button first.
const form = document.getElementById("link-form");

function take() {
  const secret = location.hash.slice(1);
  if (!form || !secret) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("link").value = secret;
  if ("atOnce" in form.dataset) form.requestSubmit();
}

take();
addEventListener("hashchange", take); // another link, opened where this page is open already
