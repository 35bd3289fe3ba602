"""Where on the pages everything is that people of the shift read and press: the only selectors.
What they read as words is in `words`.
"""

# every page
TOAST = "#toasts .toast"
TOAST_CLOSE = "#toasts .toast-close"
LOST = "#connection-lost"
REASON_TEXT, REASON_SEND = "#reason-text", "#reason-send"
REASON_PRESET = "#reason-presets button"
SIGN_IN_NAME, SIGN_IN_PASSWORD = "[name=name]", "[name=password]"
SUBMIT = "button[type=submit]"
PERSON = "#person"

# an operator's desk
SEARCH = "#search"
STEP_HERE = "#d-steps [aria-current=step]"
DISPOSITION = "#d-flags [data-key=disposition]"
MENU = "#d-menu"  # its lines
OTHER_CASE, VERB_SEND = "#verb-other", "#verb-dialog button[value=ok]"
REPORT, REPORT_KIND, REPORT_TEXT = "#report", "#report-kind", "#report-text"
REPORT_CONTACT, REPORT_WORDS = "#report-contact", "#report-words"
REPORT_LATITUDE, REPORT_LONGITUDE = "#report-latitude", "#report-longitude"
REPORT_MAP = "#report-place .place-map"
REPORT_SEND = "#report-dialog button[value=ok]"
TOGGLE_ENDED = "#toggle-ended"
SHIFT, SHIFT_TEXT, SHIFT_SEND = "#shift", "#shift-text", "#shift-send"
SHIFT_TAKE = "[data-take]"
NOTE, NOTE_SEND = "#d-note", "#d-note-form button[type=submit]"
CITY_DOWN = "#links li[data-key=city] .lamp.is-down"
CITY_UP = "#links li[data-key=city] .lamp.is-up"

# the duty officer's wall
BAND_HEAD, CUT_OFF = "#band-head", "#band.is-cut-off"
ISSUE = "#issue:not([aria-disabled=true])"
PLAN_FACTS = "#plan-facts"

# a crew's phone
TRY_RING = "#try-ring"
FREE, RING, ORDER_NUMBER = "#free", "#ring", "#number"
WAITING = "#pending-list li"
PENDING = "#pending"


def action(verb: str) -> str:
    """The button of a case's verb."""
    return f'#d-actions [data-verb="{verb}"]'


def menu_line(verb: str) -> str:
    return f'{MENU} [data-verb="{verb}"]'


def bulk_verb(verb: str) -> str:
    return f'#bulk-verbs [data-verb="{verb}"]'


def row(case: str) -> str:
    return f'[id="row-{case}"]'


def district(name: str, *, up: bool) -> str:
    """The lamp of a district on the wall."""
    return f'#districts tr[data-key="{name}"] .lamp.{"is-up" if up else "is-down"}'


def answer(name: str) -> str:
    """A button of a crew's order."""
    return f'#buttons [data-action="{name}"]'


def duty(name: str) -> str:
    return f'[data-duty="{name}"]'


def language(lang: str) -> str:
    return f'.langs [data-lang="{lang}"]'


# what pages are asked in one go
LISTED = """() => [...document.querySelectorAll("#rows-shown .row")].map(({ row }) =>
  ({ id: row.id, kind: row.kind, number: row.number, stage: row.stage }))"""
NEW_ROW = """([kind, known]) => [...document.querySelectorAll("#rows-shown .row")]
  .map(({ row }) => ({ id: row.id, kind: row.kind, number: row.number, stage: row.stage }))
  .find((row) => row.kind === kind && row.number && !known.includes(row.id))"""
IN_STAGE = """([id, stages]) => {
  const node = document.getElementById(`row-${id}`);
  return node ? stages.includes(node.row.stage) : stages.includes("gone");
}"""
OFFERED_PLACE = """(words) => [...document.querySelectorAll("#report-words + datalist option")]
  .map((option) => option.value).find((name) => name.includes(words))"""
NEXT_ANSWER = """() => {
  const button = document.querySelector("#buttons button.primary:not(:disabled)");
  const order = document.getElementById("number")?.textContent ?? "";
  return button ? { action: button.dataset.action, order } : null;
}"""
# when a row was first painted, by its case
WHEN_SHOWN = """
window.shownAt = {};
const painted = (id) => requestAnimationFrame(() => setTimeout(() =>
  (window.shownAt[id] ??= Date.now()), 0));
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.id?.startsWith("row-")) painted(node.id.slice("row-".length));
}).observe(document, { childList: true, subtree: true });
"""
# what a page does to its phone: this machine has no motor
PHONE_RECORDED = """
window.rung = []; window.shaken = [];
document.addEventListener("rung", ({ detail }) => rung.push({ at: Date.now(), ...detail }));
navigator.vibrate = (pattern) => shaken.push(pattern) > 0;
"""
