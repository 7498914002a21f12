// The network: drawn by vis-network at given places, filtered by the legend, chosen by click, link or search.

const nodes = new vis.DataSet(graph.nodes);
const edges = new vis.DataSet(graph.edges);
const byWeight = graph.nodes.map((node) => node.id).sort((a, b) => weight(b) - weight(a) || a - b);
const visibleNodes = new vis.DataView(nodes, { filter: (node) => shown.has(node.group) });
const drawnEdges = new vis.DataView(edges, { filter: (edge) => !isQuiet(edge) });
let network = null;
let chosen = null;
let hovered = null;
let clicked = false;
const ringGap = 5;

function weight(id) {
  const rank = ["Alliance", "Theme", "Practice", "County"].indexOf(graph.things[id].cls) + 1;
  return rank * 1000 + graph.nodes[id].size;
}

// What joins an entity to a practice is drawn only with the entity: the county's own line says it already.
function isQuiet(edge) {
  return ["practice", "broader"].includes(edge.property) && graph.things[edge.from].cls !== "County";
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function paint() {
  const colours = Object.fromEntries(classes.map((cls) => [cls, colour(cls)]));
  const paper = colour("paper");
  const spoke = colour("spoke");
  const thread = colour("thread");
  nodes.update(graph.nodes.map(({ id, group }) => {
    const state = { background: colours[group], border: paper };
    return { id, color: { ...state, highlight: state, hover: state } };
  }));
  edges.update(graph.edges.filter((edge) => !isQuiet(edge)).map((edge) => {
    const shared = edge.property === "practice" || edge.property === "theme";
    const tone = shared ? thread : spoke;
    const color = { color: tone, highlight: tone, hover: tone, opacity: shared ? .55 : .8 };
    return { id: edge.id, width: shared ? 2.2 : 1.2, color };
  }));
}

// Over the veiled network, the chosen node, its neighbours and the named lines between them.
function drawChosen(context) {
  const corner = network.DOMtoCanvas({ x: 0, y: 0 });
  const end = network.DOMtoCanvas({ x: context.canvas.width, y: context.canvas.height });
  context.save();
  context.fillStyle = colour("veil");
  context.fillRect(corner.x, corner.y, end.x - corner.x, end.y - corner.y);
  context.strokeStyle = context.fillStyle = colour("thread");
  const near = [...around(chosen)].filter(isShown);
  context.globalAlpha = near.length > longList ? .55 : 1;
  for (const { from, to } of links[chosen]) {
    if (near.includes(from) && near.includes(to)) drawArrow(context, graph.nodes[from], graph.nodes[to]);
  }
  context.restore();
  for (const id of near) network.body.nodes[id].draw(context);
  drawRing(context, graph.nodes[chosen]);
}

function drawArrow(context, from, to) {
  const scale = network.getScale();
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const tip = { x: to.x - Math.cos(angle) * (to.size + 3), y: to.y - Math.sin(angle) * (to.size + 3) };
  const size = 7 / scale;
  context.lineWidth = 1.4 / scale;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(tip.x, tip.y);
  context.stroke();
  context.beginPath();
  context.moveTo(tip.x, tip.y);
  context.lineTo(tip.x - size * Math.cos(angle - .4), tip.y - size * Math.sin(angle - .4));
  context.lineTo(tip.x - size * Math.cos(angle + .4), tip.y - size * Math.sin(angle + .4));
  context.fill();
}

function drawRing(context, node) {
  const scale = network.getScale();
  context.save();
  context.strokeStyle = colour("accent");
  context.lineWidth = 2.5 / scale;
  context.beginPath();
  context.arc(node.x, node.y, node.size + ringGap / scale, 0, 2 * Math.PI);
  context.stroke();
  context.restore();
}

function drawOver(context) {
  const near = chosen === null ? new Set() : around(chosen);
  if (chosen !== null) drawChosen(context);
  const first = [hovered, chosen].filter((id) => id !== null);
  const forced = new Set([...first, ...(near.size < 40 ? near : [])]);
  const rest = chosen === null ? byWeight : byWeight.filter((id) => near.has(id) || graph.things[id].cls === "County");
  const ordered = new Set([...first, ...rest.filter((id) => near.has(id)), ...rest]);
  const far = (id) => chosen !== null && id !== chosen && !near.has(id);
  drawLabels(context, [...ordered].filter(isShown), forced, far);
  if (!performance.getEntriesByName("drawn").length) performance.mark("drawn");
}

function moving() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350 };
}

function showAll() {
  frame(byWeight.filter(isShown), moving());
}

// Brings `ids` into view, with room for their labels.
function frame(ids, animation) {
  const box = document.getElementById("canvas");
  if (!ids.length || !box.clientWidth) return;
  const [left, right] = extent(ids.map((id) => graph.nodes[id].x));
  const [top, bottom] = extent(ids.map((id) => graph.nodes[id].y));
  const [wide, tall] = [right - left + 1, bottom - top + 1];
  const scale = Math.min((box.clientWidth - 140) / wide, (box.clientHeight - 80) / tall, 1.3);
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, animation });
}

function extent(numbers) {
  const nothing = [Infinity, -Infinity];
  return numbers.reduce(([least, most], number) => [Math.min(least, number), Math.max(most, number)], nothing);
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(4, Math.max(.05, network.getScale() * factor)) });
}

function move(right, down) {
  const { x, y } = network.getViewPosition();
  const scale = network.getScale();
  network.moveTo({ position: { x: x + right / scale, y: y + down / scale } });
}

const keys = {
  ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0),
  ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60),
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(.8), 0: showAll,
};

function show(classesNow) {
  shown.clear();
  for (const cls of classesNow) shown.add(cls);
  visibleNodes.refresh();
  drawLegend();
  document.dispatchEvent(new Event("shown"));
}

function drawLegend() {
  const box = document.getElementById("legend");
  const active = document.activeElement && document.activeElement.dataset.cls;
  box.replaceChildren(...classes.map((cls) => {
    const amount = graph.things.filter((thing) => thing.cls === cls).length;
    const key = element("button", { type: "button", className: "key" }, glyph(cls),
      element("span", { className: "key-name", textContent: word(`class.${cls}`) }),
      element("span", { className: "amount", textContent: amount }));
    key.dataset.cls = cls;
    key.setAttribute("aria-pressed", String(shown.has(cls)));
    key.addEventListener("click", () => {
      show(classes.filter((other) => (other === cls) !== shown.has(other)));
    });
    return key;
  }));
  if (active) box.querySelector(`[data-cls="${active}"]`)?.focus();
}

function choose(id) {
  chosen = id;
  if (id !== null && !isShown(id)) show([...shown, graph.things[id].cls]);
  drawPanel(id);
  document.getElementById("status").textContent = id === null ? "" : labelOf(id);
  if (id !== null && !clicked) lookAt(id);
  clicked = false;
  network.redraw();
}

// A county is shown with everything of its own, a practice with all who share it, another thing from near by.
function lookAt(id) {
  const company = companyOf(id).filter(isShown);
  if (company.length > 1) frame(company, moving());
  else network.focus(id, { scale: Math.max(network.getScale(), 1), animation: moving() });
}

function companyOf(id) {
  const { cls } = graph.things[id];
  const isOwn = (near) => near === id || graph.things[near].counties.length === 1;
  if (cls === "County") return [...around(id)].filter(isOwn);
  return cls === "Practice" || cls === "Theme" ? [...around(id)] : [];
}

function chooseByAddress() {
  if (openByAddress()) return;
  const id = byFragment.get(decodeURIComponent(location.hash.slice(1)));
  choose(id === undefined ? null : id);
}

function goTo(id) {
  location.hash = id === null ? "" : encodeURIComponent(graph.things[id].fragment);
}

function start() {
  paint();
  const canvas = document.getElementById("canvas");
  network = new vis.Network(canvas, { nodes: visibleNodes, edges: drawnEdges }, graph.options);
  canvas.firstElementChild.tabIndex = -1; // the labelled box around it takes the keys
  network.on("afterDrawing", drawOver);
  network.on("click", ({ nodes: [id] }) => { clicked = true; goTo(id === undefined ? null : id); });
  network.on("hoverNode", ({ node }) => { hovered = node; canvas.style.cursor = "pointer"; network.redraw(); });
  network.on("blurNode", () => { hovered = null; canvas.style.cursor = ""; network.redraw(); });
  canvas.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.id !== "search") goTo(null);
  });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(1.4));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
  document.getElementById("zoom-all").addEventListener("click", showAll);
  document.getElementById("legend-all").addEventListener("click", () => show(classes));
  document.getElementById("legend-start").addEventListener("click", () => show(startClasses()));
  document.addEventListener("settings", () => { paint(); drawLegend(); drawPanel(chosen); network.redraw(); });
  addEventListener("hashchange", chooseByAddress);
  drawLegend();
  frame(byWeight.filter(isShown), false);
  chooseByAddress();
}

start();
