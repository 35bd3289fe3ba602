// Draws an event's evidence on a neutral scene: the rule's outline and the boxes. There is no
// picture: none leaves the street.
import { hasText, t } from "./i18n.js";

const INK = {
  zone: "#f0b35a",
  zoneFill: "rgba(240,179,90,.10)",
  box: "#62d2e0",
  boxFill: "rgba(98,210,224,.12)",
  text: "#dfe9ef",
  sky: "#121a22",
  ground: "#18222b",
  line: "#22303b",
};

const label = (name) => (hasText(`scene.${name}`) ? t(`scene.${name}`) : name);

/** The scene in words, for screen readers: "4 × person, 1 × car". */
export function describeScene(evidence) {
  const counts = new Map();
  for (const box of evidence?.boxes ?? []) counts.set(box.label, (counts.get(box.label) ?? 0) + 1);
  return [...counts].map(([name, n]) => `${n} × ${label(name)}`).join(", ") || t("page.none");
}

/** Draw `evidence` on `canvas`, at its width in the page. */
export function drawScene(canvas, evidence) {
  const width = canvas.clientWidth || 480;
  const height = Math.round(width / Math.min(2.4, Math.max(1, evidence.aspect || 16 / 9)));
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  drawGround(pen, width, height);
  drawOutline(pen, evidence.outline, width, height);
  for (const box of [...evidence.boxes].sort((a, b) => a.bottom - b.bottom))
    drawBox(pen, box, width, height);
  canvas.setAttribute("aria-label", t("scene.label", { what: describeScene(evidence) }));
}

function drawGround(pen, width, height) {
  const horizon = height * 0.22;
  pen.fillStyle = INK.sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = INK.ground;
  pen.fillRect(0, horizon, width, height - horizon);
  pen.strokeStyle = INK.line;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let i = -12; i <= 12; i += 1) {
    pen.moveTo(width / 2 + (i * width) / 40, horizon);
    pen.lineTo(width / 2 + (i * width) / 5, height);
  }
  for (let depth = 0; depth < 7; depth += 1) {
    const y = horizon + (height - horizon) * (depth / 7) ** 1.8;
    pen.moveTo(0, y);
    pen.lineTo(width, y);
  }
  pen.stroke();
}

function drawOutline(pen, outline, width, height) {
  if (!outline?.length) return;
  pen.beginPath();
  outline.forEach(({ x, y }, i) =>
    i ? pen.lineTo(x * width, y * height) : pen.moveTo(x * width, y * height),
  );
  if (outline.length > 2) {
    pen.closePath();
    pen.fillStyle = INK.zoneFill;
    pen.fill();
  }
  pen.setLineDash([7, 5]);
  pen.lineWidth = 2;
  pen.strokeStyle = INK.zone;
  pen.stroke();
  pen.setLineDash([]);
}

function drawBox(pen, box, width, height) {
  const [x, y] = [box.left * width, box.top * height];
  const [w, h] = [(box.right - box.left) * width, (box.bottom - box.top) * height];
  pen.fillStyle = INK.boxFill;
  pen.fillRect(x, y, w, h);
  pen.lineWidth = 1.6;
  pen.strokeStyle = INK.box;
  pen.strokeRect(x, y, w, h);
  const tag =
    w > 54 ? `${label(box.label)} ${Math.round(box.score * 100)}` : w > 22 ? label(box.label) : "";
  if (!tag) return;
  pen.font = "600 11px system-ui, 'Noto Sans CJK SC', sans-serif";
  const room = pen.measureText(tag).width + 8;
  const top = y > 16 ? y - 15 : y + 1;
  pen.fillStyle = "rgba(10,16,21,.82)";
  pen.fillRect(x, top, room, 15);
  pen.fillStyle = INK.text;
  pen.fillText(tag, x + 4, top + 11);
}
