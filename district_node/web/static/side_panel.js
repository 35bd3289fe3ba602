// Beside the queue: units, cameras with what they could see, links, counts.
import { ageText } from "/shared/clock.js";
import { inLanguage, language, reason, t, codeText } from "/shared/i18n.js";
import { h, updateList, setHidden, setText } from "/shared/keyed_list.js";
import { number } from "./queue_row.js";

const byId = (id) => document.getElementById(id);
const FREE = new Set(["available", "returning"]);
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

export function drawUnits(units) {
  setText(
    byId("units-count"),
    t("side.free", {
      free: units.filter((unit) => FREE.has(unit.state)).length,
      all: units.length,
    }),
  );
  setHidden(byId("no-units"), units.length > 0);
  const shown = units.map(({ unit, name, state, capabilities, order }) => ({
    unit,
    name,
    state,
    capabilities,
    order,
  }));
  updateList(byId("units"), shown, {
    keyOf: (unit) => unit.unit,
    epoch: language(),
    make: (unit) => {
      const link = h("a", {
        class: "unit-link",
        href: `/crew/${encodeURIComponent(unit.unit)}`,
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
        ),
        h("div", { class: "under" }),
      );
    },
    draw: (node, unit) => {
      node.className = `u-${unit.state}`;
      const link = node.querySelector("a");
      setText(link, inLanguage(unit.name));
      link.title = t("side.phone");
      setText(node.querySelector(".end"), codeText("unit", unit.state));
      const abilities = unit.capabilities
        .map((capability) => codeText("capability", capability))
        .join(", ");
      setText(
        node.querySelector(".under"),
        [abilities, unit.order ? t("side.order", { number: number(unit.order) }) : ""]
          .filter(Boolean)
          .join(" · "),
      );
    },
  });
}

export function drawSources(agents) {
  const sources = agents.flatMap((agent) =>
    agent.sources.length
      ? agent.sources.map((source) => ({ agent, source }))
      : [{ agent, source: null }],
  );
  setHidden(byId("no-sources"), sources.length > 0);
  const shown = sources.map(({ agent, source }) => ({
    key: `${agent.agent}/${source?.source ?? ""}`,
    ...sourceLine(agent, source),
  }));
  updateList(byId("sources"), shown, {
    keyOf: (line) => line.key,
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
      setText(node.querySelector("b"), line.name);
      setText(node.querySelector(".end"), line.visibility);
      setText(node.querySelector(".under"), line.under);
    },
  });
}

function sourceLine(agent, source) {
  const waiting = agent.outbox_rows > 0 ? t("side.outbox", { n: agent.outbox_rows }) : "";
  const lost = agent.lost > 0 ? t("side.lost", { n: agent.lost }) : "";
  if (!agent.online) {
    return {
      name: source?.source ?? agent.agent,
      lamp: "is-down",
      visibility: t("side.offline"),
      under: [agent.agent, waiting, lost].filter(Boolean).join(" · "),
    };
  }
  if (!source)
    return {
      name: agent.agent,
      lamp: "is-up",
      visibility: t("side.online"),
      under: [waiting, lost].filter(Boolean).join(" · "),
    };
  const known = source.observed_s + source.degraded_s + source.blind_s;
  const facts = [
    source.visibility === "observed" ? "" : reason(source.reason),
    agent.agent,
    source.is_camera
      ? t("side.fps", { n: round(source.fps, 1) })
      : t("side.rate", { n: round(source.fps, 1) }),
    source.is_camera && source.infer_ms ? t("side.infer", { n: round(source.infer_ms, 1) }) : "",
    known > 0 ? t("side.seen", { n: round((100 * source.observed_s) / known, 1) }) : "",
    waiting,
    lost,
  ];
  return {
    name: source.source,
    lamp: VISIBILITY_LAMP[source.visibility] ?? "",
    visibility: codeText("visibility", source.visibility),
    under: facts.filter(Boolean).join(" · "),
  };
}

export function drawLinks(links) {
  const shown = links.map((link) => ({ ...link, length: ageText(link.since) }));
  updateList(byId("links"), shown, {
    keyOf: (link) => link.name,
    epoch: language(),
    make: () => h("li", {}, h("span", { class: "lamp" }), h("span")),
    draw: (node, link) => {
      node.firstChild.className = `lamp ${link.up ? "is-up" : "is-down"}`;
      const upOrDown = link.up ? t("side.up") : t("side.down");
      const state = `${codeText("link", link.name)} ${upOrDown} ${link.length}`;
      setText(
        node.lastChild,
        link.backlog ? `${state} · ${t("side.backlog", { n: link.backlog })}` : state,
      );
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
