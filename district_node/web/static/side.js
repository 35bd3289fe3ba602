// Beside the queue: units, cameras with what they could see, links, counts.
import { since } from "/shared/clock.js";
import { inLanguage, language, reason, t, word } from "/shared/i18n.js";
import { h, keyed, setHidden, setText } from "/shared/keyed.js";
import { number } from "./row.js";

const at = (id) => document.getElementById(id);
const FREE = new Set(["available", "returning"]);
const WORRYING = new Set(["quarantined", "gaps", "lost", "timers_overdue", "extra"]);
const SIGHT_LAMP = { observed: "is-up", degraded: "is-partly", blind: "is-down" };
const round = (n, digits = 0) => n.toLocaleString("en", { maximumFractionDigits: digits });

export function drawUnits(units) {
  setText(at("units-tally"), t("side.free", { free: units.filter((unit) => FREE.has(unit.state)).length, all: units.length }));
  setHidden(at("no-units"), units.length > 0);
  const shown = units.map(({ unit, name, state, capabilities, order }) => ({ unit, name, state, capabilities, order }));
  keyed(at("units"), shown, {
    keyOf: (unit) => unit.unit,
    epoch: language(),
    make: (unit) => {
      const link = h("a", { class: "unit-link", href: `/crew/${encodeURIComponent(unit.unit)}`, target: "_blank", rel: "noopener" });
      return h("li", {}, h("div", { class: "line" }, h("span", { class: "lamp" }), link, h("span", { class: "end soft" })), h("div", { class: "under" }));
    },
    draw: (node, unit) => {
      node.className = `u-${unit.state}`;
      const link = node.querySelector("a");
      setText(link, inLanguage(unit.name));
      link.title = t("side.phone");
      setText(node.querySelector(".end"), word("unit", unit.state));
      const abilities = unit.capabilities.map((capability) => word("capability", capability)).join(", ");
      setText(node.querySelector(".under"), [abilities, unit.order ? t("side.order", { number: number(unit.order) }) : ""].filter(Boolean).join(" · "));
    },
  });
}

export function drawEyes(agents) {
  const eyes = agents.flatMap((agent) =>
    agent.sources.length ? agent.sources.map((source) => ({ agent, source })) : [{ agent, source: null }],
  );
  setHidden(at("no-eyes"), eyes.length > 0);
  const shown = eyes.map(({ agent, source }) => ({ key: `${agent.agent}/${source?.source ?? ""}`, ...eye(agent, source) }));
  keyed(at("eyes"), shown, {
    keyOf: (eye) => eye.key,
    make: () => h("li", {}, h("div", { class: "line" }, h("span", { class: "lamp" }), h("b"), h("span", { class: "end soft" })), h("div", { class: "under" })),
    draw: (node, eye) => {
      node.querySelector(".lamp").className = `lamp ${eye.lamp}`;
      setText(node.querySelector("b"), eye.name);
      setText(node.querySelector(".end"), eye.visibility);
      setText(node.querySelector(".under"), eye.under);
    },
  });
}

function eye(agent, source) {
  const kept = agent.outbox_rows > 0 ? t("side.outbox", { n: agent.outbox_rows }) : "";
  const lost = agent.lost > 0 ? t("side.lost", { n: agent.lost }) : "";
  if (!agent.online) {
    return { name: source?.source ?? agent.agent, lamp: "is-down", visibility: t("side.offline"), under: [agent.agent, kept, lost].filter(Boolean).join(" · ") };
  }
  if (!source) return { name: agent.agent, lamp: "is-up", visibility: t("side.online"), under: [kept, lost].filter(Boolean).join(" · ") };
  const known = source.observed_s + source.degraded_s + source.blind_s;
  const facts = [
    source.visibility === "observed" ? "" : reason(source.reason),
    agent.agent,
    source.is_camera ? t("side.fps", { n: round(source.fps, 1) }) : t("side.rate", { n: round(source.fps, 1) }),
    source.is_camera && source.infer_ms ? t("side.infer", { n: round(source.infer_ms, 1) }) : "",
    known > 0 ? t("side.seen", { n: round((100 * source.observed_s) / known, 1) }) : "",
    kept,
    lost,
  ];
  return { name: source.source, lamp: SIGHT_LAMP[source.visibility] ?? "", visibility: word("visibility", source.visibility), under: facts.filter(Boolean).join(" · ") };
}

export function drawLinks(links) {
  const shown = links.map((link) => ({ ...link, length: since(link.since) }));
  keyed(at("links"), shown, {
    keyOf: (link) => link.name,
    epoch: language(),
    make: () => h("li", {}, h("span", { class: "lamp" }), h("span")),
    draw: (node, link) => {
      node.firstChild.className = `lamp ${link.up ? "is-up" : "is-down"}`;
      const state = `${word("link", link.name)} ${link.up ? t("side.up") : t("side.away")} ${link.length}`;
      setText(node.lastChild, link.backlog ? `${state} · ${t("side.backlog", { n: link.backlog })}` : state);
    },
  });
}

export function drawCounts(counts) {
  const shown = Object.entries(counts).map(([name, n]) => ({ name, n }));
  keyed(at("counts"), shown, {
    keyOf: (count) => count.name,
    epoch: language(),
    make: () => h("li", {}, h("b", { class: "num" }), h("span", { class: "soft" })),
    draw: (node, { name, n }) => {
      node.className = WORRYING.has(name) && n > 0 ? "is-bad" : "";
      setText(node.firstChild, round(n, 1));
      setText(node.lastChild, word("count", name));
    },
  });
}
