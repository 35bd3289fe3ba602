// Beneath the map: units, cameras with what they could see; links and counts. The long lists show
// windows.
import { ageText, timeUs } from "/shared/clock.js";
import { directionTo, distanceM, metres, pointOf } from "/shared/map/geo.js";
import { inLanguage, language, reason, t, codeText } from "/shared/i18n.js";
import { h, setAttr, setHidden, setText, updateList } from "/shared/keyed_list.js";
import { drawLinkButton, linkButton } from "./phone_link.js";
import { drawUnitButton, unitButton } from "./unit_button.js";
import { overdueText, statusText } from "./unit_status.js";

const byId = (id) => document.getElementById(id);
const WORRYING = new Set([
  "quarantined",
  "gaps",
  "lost",
  "quarantined_items",
  "letters_quarantined",
  "letters_refused",
  "timers_overdue",
  "extra",
]);
const VISIBILITY_LAMP = { observed: "is-up", degraded: "is-partly", blind: "is-down" };
const round = (n, digits = 0) => n.toLocaleString("en", { maximumFractionDigits: digits });

/** `drawer`: the one that shows them; `free`: how many of all are. */
export function drawUnits(drawer, { rows, total, offset }, free) {
  const { list, isNarrowed } = drawer;
  if (!isNarrowed) setText(byId("units-count"), t("side.free", { free, all: total }));
  setHidden(byId("no-units"), total > 0);
  setText(byId("no-units"), t(isNarrowed ? "side.none_of_these" : "side.no_units"));
  setHidden(byId("units-scroll"), total === 0);
  const shown = rows.map(({ id, name, state, capabilities, place, doubtful, ...unit }) => ({
    id,
    name,
    state,
    capabilities,
    status: unit.status ?? null,
    overdue: unit.overdue,
    without: unit.lost_capabilities ?? [],
    number: unit.incident_number,
    doubt: doubtful ? doubtText(pointOf(place), pointOf(doubtful.place)) : "",
  }));
  list.draw(shown, {
    offset,
    total,
    keyOf: (unit) => unit.id,
    epoch: language(),
    make: (unit) => {
      const link = h("a", {
        class: "unit-link",
        href: `/crew/${encodeURIComponent(unit.id)}`,
        target: "_blank",
        rel: "noopener",
      });
      return h(
        "li",
        {},
        h(
          "div",
          { class: "line" },
          h("span", { class: "lamp" }),
          link,
          h("span", { class: "end soft" }),
          unitButton(unit.id),
        ),
        h("div", { class: "line" }, h("div", { class: "under" }), linkButton(unit.id)),
      );
    },
    draw: (node, unit) => {
      drawUnitButton(node.querySelector(".unit-verb"), unit);
      drawLinkButton(node.querySelector(".link-phone"), unit);
      node.className = `u-${unit.state}`;
      const link = node.querySelector("a");
      setText(link, inLanguage(unit.name));
      link.title = t("side.phone");
      setText(node.querySelector(".end"), codeText("unit", unit.state));
      const abilities = unit.capabilities.map(ability).join(", ");
      setText(
        node.querySelector(".under"),
        [
          overdueText(unit.overdue),
          unit.status ? statusText(unit.status, unit.state === unit.status.duty) : "",
          abilities,
          unit.without.length ? t("side.without", { what: unit.without.map(ability).join(", ") }) : "",
          unit.number ? t("side.order", unit) : "",
          unit.doubt,
        ]
          .filter(Boolean)
          .join(" · "),
      );
    },
  });
}

const ability = (capability) => codeText("capability", capability);

const placeText = ({ lat, lon }) => `${lat.toFixed(4)}, ${lon.toFixed(4)}`;

/** Where a unit says that it is, and where it is believed to be and planned with. */
function doubtText(believed, said) {
  return t("side.doubtful", {
    said: placeText(said),
    distance: metres(distanceM(believed, said)),
    bearing: directionTo(believed, said),
    believed: placeText(believed),
  });
}

/**
 * `drawer`: the one that shows them; `agents`: how fresh the knowledge of each is.
 * `isHeard`: there is a broker, so that what was said last still holds.
 */
export function drawSources(drawer, { rows, total, offset }, agents, isHeard) {
  const { list, isNarrowed } = drawer;
  // an agent that has no sources is a line too, behind the last of them
  const bare = isNarrowed ? [] : agents.filter((agent) => !agent.sources);
  const ahead = new Map(agents.map((agent) => [agent.agent, agent.clock_ahead_s ?? 0]));
  const aheadOf = (agent) => ahead.get(agent) ?? 0;
  const isEnd = offset + rows.length >= total;
  const shown = [
    ...rows.map((source) => ({ key: source.id, ...sourceLine(source, aheadOf(source.agent)) })),
    ...(isEnd ? bare.map((agent) => ({ key: `${agent.agent}/`, ...agentLine(agent) })) : []),
  ].map((line) => (isHeard ? line : { ...line, lamp: "", visibility: t("side.not_heard") }));
  setHidden(byId("no-sources"), shown.length > 0);
  setText(byId("no-sources"), t(isNarrowed ? "side.none_of_these" : "side.no_sources"));
  setHidden(byId("sources-scroll"), shown.length === 0);
  list.draw(shown, {
    offset,
    total: total + bare.length,
    keyOf: (line) => line.key,
    epoch: language(),
    make: () =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "line" },
          h("span", { class: "lamp" }),
          h("b"),
          h("span", { class: "end soft" }),
        ),
        h("div", { class: "under" }),
      ),
    draw: (node, line) => {
      node.querySelector(".lamp").className = `lamp ${line.lamp}`;
      setText(node.querySelector("b"), inLanguage(line.name));
      node.title = `${inLanguage(line.name)} · ${line.key}`; // the id is for whoever installs it
      setText(node.querySelector(".end"), line.visibility);
      setText(node.querySelector(".under"), line.under);
    },
  });
}

const waitingText = (backlog) => (backlog > 0 ? t("side.outbox", { n: backlog }) : "");
const lostText = (lost) => (lost > 0 ? t("side.lost", { n: lost }) : "");
// within a few seconds nobody need do anything about it
const CLOCK_SHOWN_S = 5;
const clockText = (aheadS) =>
  Math.abs(aheadS) > CLOCK_SHOWN_S
    ? t(aheadS > 0 ? "side.clock_ahead" : "side.clock_behind", { n: round(Math.abs(aheadS), 0) })
    : "";

function agentLine({ agent, name, online, backlog, lost, clock_ahead_s: aheadS }) {
  return {
    name: name || agent,
    lamp: online ? "is-up" : "is-down",
    visibility: t(online ? "side.online" : "side.offline"),
    under: [online ? "" : inLanguage(name || agent), waitingText(backlog), lostText(lost), clockText(aheadS ?? 0)]
      .filter(Boolean)
      .join(" · "),
  };
}

/** The open cases that nothing sees since this one does not. */
const aloneText = ({ alone_in: numbers }) =>
  numbers?.length ? t("side.alone_in", { n: numbers.length, numbers: numbers.join(", ") }) : "";

function sourceLine(source, aheadS) {
  const { agent, agent_name: box, agent_backlog: backlog, agent_lost: lost } = source;
  const name = source.name || source.source;
  if (!source.agent_online) {
    const away = { agent, name: box, online: false, backlog, lost, clock_ahead_s: aheadS };
    const alone = { under: [agentLine(away).under, aloneText(source)].filter(Boolean).join(" · ") };
    return { ...agentLine(away), ...alone, name };
  }
  const isCamera = source.type === "camera";
  const known = source.observed_s + source.degraded_s + source.blind_s;
  const facts = [
    source.visibility === "observed" ? "" : reason(source.reason),
    inLanguage(box || agent),
    t(isCamera ? "side.fps" : "side.rate", { n: round(source.rate_hz, 1) }),
    isCamera && source.inference_ms ? t("side.infer", { n: round(source.inference_ms, 1) }) : "",
    known > 0 ? t("side.seen", { n: round((100 * source.observed_s) / known, 1) }) : "",
    aloneText(source),
    waitingText(backlog),
    lostText(lost),
    clockText(aheadS),
  ];
  return {
    name,
    lamp: VISIBILITY_LAMP[source.visibility] ?? "",
    visibility: codeText("visibility", source.visibility),
    under: facts.filter(Boolean).join(" · "),
  };
}

export function drawLinks(links) {
  const shown = links.map((link) => ({ ...link, length: ageText(timeUs(link.since)) }));
  updateList(byId("links"), shown, {
    keyOf: (link) => link.name,
    epoch: language(),
    make: () => h("li", {}, h("span", { class: "lamp" }), h("span")),
    draw: (node, link) => {
      node.firstChild.className = `lamp ${link.up ? "is-up" : "is-down"}`;
      const upOrDown = link.up ? t("side.up") : t("side.down");
      const facts = [
        `${codeText("link", link.name)} ${upOrDown} ${link.length}`,
        link.problem ? codeText("link_problem", link.problem) : "",
        link.backlog ? t("side.backlog", { n: link.backlog }) : "",
      ];
      setText(node.lastChild, facts.filter(Boolean).join(" · "));
      setAttr(node, "title", node.lastChild.textContent);
    },
  });
}

export function drawCounts(counts) {
  const shown = Object.entries(counts).map(([name, n]) => ({ name, n }));
  updateList(byId("counts"), shown, {
    keyOf: (count) => count.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span", { class: "soft" })),
    draw: (node, { name, n }) => {
      node.className = WORRYING.has(name) && n > 0 ? "is-bad" : "";
      setText(node.firstChild, round(n, 1));
      setText(node.lastChild, codeText("count", name));
    },
  });
}
