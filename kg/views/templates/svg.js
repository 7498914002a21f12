// The picture as an SVG document: what the stage shows, in the present filter, with its labels and a legend.

const fonts = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const margin = 20;

// XML 1.0 (section 2.2) holds no other control characters, and no halves of a pair.
function xml(text) {
  const clean = String(text).toWellFormed?.() ?? String(text);
  return clean.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function tag(name, attributes, ...children) {
  const given = Object.entries(attributes).filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? rounded(value) : xml(value)}"`).join("");
  return children.length ? `<${name}${given}>${children.join("")}</${name}>` : `<${name}${given}/>`;
}

function rounded(number) {
  return String(Math.round(number * 100) / 100);
}

function toSvg() {
  const picture = place(document.createElement("canvas").getContext("2d"));
  const { width, height } = picture.seen;
  const legend = svgLegend(width, height);
  const heading = chosen === null ? title() : `${title()} · ${labelOf(chosen)}`;
  const total = height + legend.height;
  const size = { width, height: total, viewBox: `0 0 ${rounded(width)} ${rounded(total)}` };
  return tag("svg", { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": fonts },
    tag("title", {}, xml(heading)), tag("desc", {}, xml(caption())),
    tag("rect", { width, height: total, fill: colour("paper") }),
    tag("svg", { width, height, overflow: "hidden" },
      tag("g", { id: "lines", fill: "none" }, ...svgLines(picture)),
      tag("g", { id: "things" }, ...[...picture.symbols].reverse().map(svgSymbol)),
      tag("g", { id: "labels", "text-anchor": "middle" }, ...picture.labels.map(svgLabel))),
    tag("text", { x: margin, y: 34, "font-size": 18, "font-weight": 700, fill: colour("ink") }, xml(heading)),
    legend.content);
}

function title() {
  return document.querySelector(".kicker").textContent.trim();
}

function svgLines({ seen }) {
  const isSeen = ({ from, to }) => isDrawn(from) && isDrawn(to);
  const spokes = graph.edges.filter((edge) => isSeen(edge) && !isThread(edge) && !isQuiet(edge))
    .map((edge) => ({ edge, stroke: colour("spoke"), width: 1, opacity: isAside(edge) ? .15 : .8 }));
  const woven = threads(chosen)
    .map((edge, _, all) => ({ edge, stroke: colour("thread"), ...threadStyle(edge, all.length) }))
    .map((line) => (isAside(line.edge) ? { ...line, opacity: line.opacity * .25 } : line));
  return [...spokes, ...woven].map(({ edge, stroke, width, opacity }) => {
    const [from, to] = [seen.at(edge.from), seen.at(edge.to)];
    return tag("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke, "stroke-width": width, opacity });
  });
}

function isAside(edge) {
  return chosen !== null && edge.from !== chosen && edge.to !== chosen;
}

function svgSymbol(symbol) {
  const { id, cls, x, y, radius, ring } = symbol;
  const name = tag("title", {}, xml(`${word(`class.${cls}`)} · ${labelOf(id)}`));
  const choice = id !== chosen ? "" : tag("circle", {
    cx: x, cy: y, r: radius + ringGap, fill: "none", stroke: colour("accent"), "stroke-width": 2.5,
  });
  const sign = svgSign(cls, x, y, ring ? radius * .5 : radius, Boolean(ring));
  return tag("g", { opacity: isFar(id) ? .2 : null }, name, ...(ring ? svgRing(symbol) : []), sign, choice);
}

function svgSign(cls, x, y, radius, round = false) {
  const style = { fill: colour(cls), stroke: colour("paper"), "stroke-width": 1.5 };
  const points = round ? null : corners(cls, radius);
  if (!points) return tag("circle", { cx: x, cy: y, r: radius, ...style });
  const list = points.map(([right, down]) => `${rounded(x + right)},${rounded(y + down)}`).join(" ");
  return tag("polygon", { points: list, ...style });
}

function svgRing({ x, y, radius, ring }) {
  if (ring.length === 1) return [tag("circle", { cx: x, cy: y, r: radius, fill: colour(ring[0][0]) })];
  return arcs(ring).map(([cls, from, to]) => {
    const [start, end] = [from, to].map((angle) => (
      `${rounded(x + radius * Math.cos(angle))} ${rounded(y + radius * Math.sin(angle))}`));
    const large = Number(to - from > Math.PI);
    const d = `M${rounded(x)} ${rounded(y)}L${start}A${rounded(radius)} ${rounded(radius)} 0 ${large} 1 ${end}Z`;
    return tag("path", { d, fill: colour(cls), stroke: colour("paper"), "stroke-width": 1.5 });
  });
}

function svgLabel({ id, lines, middle, top, lineHeight, size, weight }) {
  const style = {
    "font-size": size, "font-weight": weight, fill: colour("ink"), stroke: colour("paper"), "stroke-width": 3.5,
    "stroke-linejoin": "round", "paint-order": "stroke", opacity: isFar(id) ? .35 : null,
  };
  return tag("text", style, ...lines.map((line, at) => (
    tag("tspan", { x: middle, y: top + at * lineHeight + size * .95 }, xml(line)))));
}

// The classes on view, in rows under the picture, and the line that says how to read it.
function svgLegend(width, height) {
  const context = document.createElement("canvas").getContext("2d");
  const texts = { "font-size": 13, fill: colour("soft") };
  context.font = `13px ${fonts}`;
  let [x, y] = [margin, height + 24];
  const keys = classes.filter((cls) => shown.has(cls)).map((cls) => {
    const text = word(`class.${cls}`);
    const wide = context.measureText(text).width + 38;
    if (x + wide > width - margin) { x = margin; y += 22; }
    const key = svgSign(cls, x + 6, y - 4, 6) + tag("text", { x: x + 18, y, ...texts }, xml(text));
    x += wide;
    return key;
  });
  const rows = broken(context, caption(), width - 2 * margin);
  const lines = rows.map((row, at) => tag("text", { x: margin, y: y + 24 + at * 20, ...texts }, xml(row)));
  return { height: y - height + 24 + rows.length * 20, content: tag("g", { id: "legend" }, ...keys, ...lines) };
}
