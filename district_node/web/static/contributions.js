// What the chosen incident rests on: each source with what it says and how it is verified to be
// over. A reporter's words are text, never markup.
import { timeOfDay, timeUs } from "/shared/clock.js";
import { codeText, inLanguage, language, ruleText, t } from "/shared/i18n.js";
import { h, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { readingEpoch, readingText } from "./curves.js";

const byId = (id) => document.getElementById(id);
const SHOWN_MAX = 50; // the newest; the API has them all

/** Draw the contributions of `detail` (null: it is on its way), the newest first. */
export function drawContributions(detail) {
  const all = detail?.contributions ?? [];
  const newest = [...all].sort((a, b) => timeUs(b.received_at) - timeUs(a.received_at));
  const shown = newest.slice(0, SHOWN_MAX).map((one, i) => ({ ...one, key: `${one.source}-${i}` }));
  updateList(byId("d-sources"), shown, {
    keyOf: (one) => one.key,
    epoch: language() + readingEpoch(),
    make: () => h("li"),
    draw: (node, one) => node.replaceChildren(headOf(one), ...partsOf(one)),
  });
  setHidden(byId("d-more-sources"), all.length <= SHOWN_MAX);
  setText(byId("d-more-sources"), t("source.more", { n: all.length - SHOWN_MAX }));
  drawGroup(detail);
  const asked = detail?.verification;
  setHidden(byId("d-verification"), !asked);
  const how = asked ? [codeText("verify", asked.method), asked.contact] : [];
  setText(byId("d-verification"), t("source.asked", { how: how.filter(Boolean).join(" ") }));
}

/**
 * The other cases that the incident is one with: an area case, its children, what it is; and the
 * one before.
 */
function drawGroup(detail) {
  const { incident = {} } = detail ?? {};
  const { children = [], previous_incident: previous, parent, merged_into: same } = incident;
  const { caused_by: cause, consequences = [] } = incident;
  const numbers = detail?.consequences_numbers ?? [];
  const lines = [
    children.length ? t("group.children", { n: children.length }) : "",
    (detail?.children_numbers ?? []).join(", "),
    parent ? t("group.parent", { id: detail.parent_number || short(parent) }) : "",
    same ? t("group.same", { id: detail.merged_into_number || short(same) }) : "",
    previous ? t("group.previous", { id: detail.previous_number || short(previous) }) : "",
    cause ? t("group.cause", { id: detail.caused_by_number || short(cause) }) : "",
    consequences.length
      ? t("group.consequences", {
          ids: consequences.map((id, at) => numbers[at] || short(id)).join(", "),
        })
      : "",
  ].filter(Boolean);
  setHidden(byId("d-group"), !lines.length);
  setText(byId("d-group"), lines.join(" · "));
}

/** "#42" of "incident-riverside-42": of a case that is not kept here any more. */
const short = (id) => `#${id.slice(id.lastIndexOf("-") + 1)}`;

function headOf(one) {
  const source = inLanguage(one.source_name || one.source);
  const who = one.reporter ? codeText("reporter", one.reporter) : source;
  return h(
    "div",
    { class: "line" },
    h("span", { class: `chip${one.live ? " is-lit" : ""}` }, codeText("source", one.type)),
    h("b", {}, who),
    h("time", { class: "end soft num", datetime: one.since }, timeOfDay(timeUs(one.since))),
  );
}

function partsOf(one) {
  const facts = [
    one.rule ? t("detail.rule", { rule: ruleText(one.rule) }) : "",
    one.reporter ? t("source.taken_by", { name: one.source }) : "",
    readingText(one),
    one.type === "camera" || one.type === "sensor"
      ? t(one.live ? "source.live" : "source.over")
      : "",
    t("source.verified_by", { how: codeText("verify", one.verified_by) }),
    joinedBy(one.joined_by),
  ];
  return [
    one.text ? h("p", { class: "words" }, one.text) : null,
    one.contact ? h("p", { class: "contact num" }, t("source.contact", one)) : null,
    caseOf(one.foreign_case),
    h("p", { class: "under" }, facts.filter(Boolean).join(" · ")),
  ].filter(Boolean);
}

/** Why it belongs to the incident; "": that began with it. */
function joinedBy(why) {
  if (!why) return "";
  if (why.person) return t("source.joined_by_person", { name: why.person });
  if (why.by !== "near" && why.by !== "asset") return "";
  const apart = { m: Math.round(why.distance_m ?? 0), s: Math.round(why.apart_s ?? 0) };
  return t(why.asset ? "source.joined_at_asset" : "source.joined_near", apart);
}

/** The other system's case, as a link where it has an address that a browser may open. */
function caseOf(other) {
  if (!other) return null;
  const name = t("source.case", other);
  if (!/^https?:\/\//i.test(other.url)) return h("p", {}, name);
  const link = { href: other.url, target: "_blank", rel: "noopener noreferrer" };
  return h("p", {}, h("a", link, name));
}
