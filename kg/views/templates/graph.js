// The network: drawn by vis-network at given places, filtered by the legend, chosen by click, link or search.

const nodes = new vis.DataSet(graph.nodes);
const edges = new vis.DataSet(graph.edges);
let byWeight = weightiest();
const visibleNodes = new vis.DataView(nodes, { filter: (node) => isDrawn(node.id) });
const drawnEdges = new vis.DataView(edges, { filter: (edge) => !isQuiet(edge) && !isThread(edge) });
let network = null;
let chosen = null;
let hovered = null;
let clicked = false;
let placed = { symbols: [], labels: [] };  // what the last drawing put where, in pixels of the stage
const ringGap = 5;
let camera = null;  // where the picture was looked at from before something was brought into view

function weightiest() {
  return graph.nodes.map((node) => node.id).sort((a, b) => weight(b) - weight(a) || a - b);
}

function weight(id) {
  const rank = ["Alliance", ...(graph.quiet ? ["Practice", "County", "Theme"] : ["Theme", "Practice", "County"])]
    .indexOf(graph.things[id].cls) + 1;
  return rank * 1000 + graph.nodes[id].size;
}

// What joins an entity to a practice is drawn only with the entity: the county's own line says it already.
function isQuiet(edge) {
  return ["practice", "broader"].includes(edge.property) && graph.things[edge.from].cls !== "County";
}

const palette = new Map();

// A colour of the page's style, as it is in the present theme.
function colour(name) {
  if (!palette.has(name)) {
    palette.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return palette.get(name);
}

function paint() {
  palette.clear();
  const colours = Object.fromEntries(classes.map((cls) => [cls, colour(cls)]));
  const paper = colour("paper");
  const spoke = colour("spoke");
  nodes.update(graph.nodes.map(({ id, group }) => {
    const state = { background: colours[group], border: paper };
    // What is drawn over the picture at a size of its own is left out here.
    return { id, opacity: isMain(id) ? 0 : 1, color: { ...state, highlight: state, hover: state } };
  }));
  edges.update(graph.edges.filter((edge) => !isQuiet(edge)).map(({ id }) => (
    { id, width: 1.2, color: { color: spoke, highlight: spoke, hover: spoke, opacity: .8 } })));
}

// Over the veiled network, the neighbours of the chosen node and the named lines between them.
function drawChosen(context) {
  const corner = network.DOMtoCanvas({ x: 0, y: 0 });
  const end = network.DOMtoCanvas({ x: context.canvas.width, y: context.canvas.height });
  context.save();
  context.fillStyle = colour("veil");
  context.fillRect(corner.x, corner.y, end.x - corner.x, end.y - corner.y);
  context.strokeStyle = context.fillStyle = colour("thread");
  const neighbours = [...around(chosen)].filter(isShown);
  context.globalAlpha = neighbours.length > longList ? .55 : 1;
  for (const { from, to } of links[chosen]) {
    if (neighbours.includes(from) && neighbours.includes(to)) drawArrow(context, graph.nodes[from], graph.nodes[to]);
  }
  context.restore();
  for (const id of neighbours) if (!isMain(id)) network.body.nodes[id]?.draw(context);
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

function paintChoice(context, { x, y, radius }) {
  context.strokeStyle = colour("accent");
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, radius + ringGap, 0, 2 * Math.PI);
  context.stroke();
}

// Signs and labels as the stage shows them: signs in pixels of the screen, the weightiest first.
function place(context) {
  const seen = lens();
  const nearby = chosen === null ? new Set() : around(chosen);
  const first = [hovered, chosen].filter((id) => id !== null && isDrawn(id));
  const touched = hovered === null ? [] : [...around(hovered)].filter((id) => isMain(id) && isMain(hovered));
  const forced = new Set([...first, ...touched, ...nearby]);
  const drawn = byWeight.filter(isDrawn);
  const ordered = [...new Set([...first, ...drawn.filter((id) => nearby.has(id)), ...drawn])];
  const symbols = ordered.map((id) => symbolOf(id, seen)).filter((symbol) => isInside(symbol, seen));
  const wanted = symbols.filter(({ id }) => chosen === null || forced.has(id) || nearby.has(id) || isMain(id));
  return { symbols, labels: placeLabels(context, wanted, forced, seen), seen };
}

function isInside({ x, y, radius }, { width, height }) {
  const rim = radius + 60; // for the label
  return x > -rim && y > -rim && x < width + rim && y < height + rim;
}

function isFar(id) {
  return chosen !== null && id !== chosen && !company.has(id);
}

function drawOver(context) {
  if (chosen !== null) drawChosen(context);
  const ratio = context.getTransform().a / network.getScale();
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  placed = place(context);
  for (const symbol of placed.symbols.filter(({ id }) => isMain(id)).reverse()) {
    context.globalAlpha = isFar(symbol.id) ? .2 : 1;
    paintSymbol(context, symbol);
  }
  context.globalAlpha = 1;
  const choice = placed.symbols.find(({ id }) => id === chosen);
  if (choice) paintChoice(context, choice);
  paintLabels(context, placed.labels, isFar);
  context.restore();
  writeCaption();
  if (turnsDepth()) setTimeout(redrawDepth); // not from within a drawing
  if (!performance.getEntriesByName("drawn").length) performance.mark("drawn");
}

function writeCaption() {
  document.getElementById("caption").textContent = caption() + word(`act-${depth()}`);
}

function redrawDepth() {
  visibleNodes.refresh();
  network.redraw();
}

function hover(id) {
  if (id === hovered) return;
  hovered = id;
  document.getElementById("canvas").style.cursor = id === null ? "" : "pointer";
  network.redraw();
}

function pointOf(event) {
  const { left, top } = document.getElementById("canvas").getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
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
  const head = document.getElementById("caption").offsetHeight;
  const rim = box.clientWidth < 500 ? 70 : 150;
  const scale = Math.min((box.clientWidth - rim) / wide, (box.clientHeight - head - 70) / tall, 1.3);
  const middle = (top + bottom) / 2 - head / 2 / scale;
  network.moveTo({ position: { x: (left + right) / 2, y: middle }, scale, animation });
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
  turnsDepth();
  visibleNodes.refresh();
  drawLegend();
  document.dispatchEvent(new Event("shown"));
}

function drawLegend() {
  const box = document.getElementById("legend");
  const active = document.activeElement && document.activeElement.dataset.cls;
  box.replaceChildren(...classes.map((cls) => {
    const amount = amountOf(cls);
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
  company = new Set(id === null ? [] : [id, ...around(id)]);
  if (id !== null && only !== null && !only.has(id)) showEverything();
  if (id !== null && !isShown(id)) show([...shown, graph.things[id].cls]);
  visibleNodes.refresh();
  drawPanel(id);
  document.getElementById("status").textContent = id === null ? "" : labelOf(id);
  if (id !== null && !clicked) lookAt(id);
  if (id === null) lookBack();
  clicked = false;
  network.redraw();
  document.dispatchEvent(new Event("chosen"));
}

// A county is shown with everything of its own, a practice with all who share it, another thing from near by.
function lookAt(id) {
  camera = camera || { position: network.getViewPosition(), scale: network.getScale() };
  const company = companyOf(id).filter(isShown);
  if (company.length > 1) frame(company, moving());
  else network.focus(id, { scale: Math.max(network.getScale(), 1), animation: moving() });
}

function lookBack() {
  if (camera) network.moveTo({ ...camera, animation: moving() });
  camera = null;
}

function companyOf(id) {
  const { cls } = graph.things[id];
  const isOwn = (near) => near === id || graph.things[near].counties.length === 1;
  if (cls === "County") return [...around(id)].filter(isOwn);
  return cls === "Practice" || cls === "Theme" ? [...around(id)] : [];
}

async function chooseByAddress() {
  if (chosen !== null && location.hash === viewAddress) { choose(null); return; } // the way back from a thing
  if (openByAddress()) return;
  const address = location.hash;
  const fragment = decodeURIComponent(address.slice(1));
  let failure = "";
  const id = await known(fragment).catch((error) => { failure = error.message; return byFragment.get(fragment); });
  if (address !== location.hash) return;
  choose(id === undefined ? null : id);
  if (failure) document.getElementById("panel").prepend(element("p", { role: "alert", textContent: failure }));
}

// The id of a thing with everything that is said of it; the server is asked for what the page does not have.
async function known(fragment) {
  const id = byFragment.get(fragment);
  const isWhole = id !== undefined && graph.things[id].partial === false;
  return !served.has("around") || !fragment || isWhole ? id : source.around(fragment);
}

function grow() {
  nodes.update(graph.nodes);
  edges.update(graph.edges);
  byWeight = weightiest();
  paint();
}

// Chooses a thing; null puts the chosen one away and leaves the open view, which has its address again, as it is.
function goTo(id) {
  if (id !== null) location.hash = encodeURIComponent(graph.things[id].fragment);
  else if (chosen !== null) {
    history.pushState(null, "", viewAddress);
    choose(null);
  }
}

function start() {
  paint();
  const canvas = document.getElementById("canvas");
  network = new vis.Network(canvas, { nodes: visibleNodes, edges: drawnEdges }, graph.options);
  canvas.firstElementChild.tabIndex = -1; // the labelled box around it takes the keys
  network.on("beforeDrawing", (context) => paintThreads(context, hovered));
  network.on("afterDrawing", drawOver);
  network.on("click", ({ pointer: { DOM } }) => {
    const id = thingAt(DOM, placed);
    clicked = id !== null;
    goTo(id);
  });
  canvas.addEventListener("pointermove", (event) => hover(event.buttons ? null : thingAt(pointOf(event), placed)));
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest?.("input, select, textarea")) goTo(null);
  });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(1.4));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
  document.getElementById("zoom-all").addEventListener("click", showAll);
  document.getElementById("legend-all").addEventListener("click", () => show(classes));
  document.getElementById("legend-start").addEventListener("click", () => show(startClasses()));
  document.addEventListener("settings", () => { paint(); drawLegend(); drawPanel(chosen); network.redraw(); });
  document.addEventListener("opened", () => { if (chosen === null) drawPanel(null); });
  document.addEventListener("grown", grow);
  addEventListener("hashchange", chooseByAddress);
  drawLegend();
  writeCaption();
  frame(byWeight.filter(isShown), false);
  if (turnsDepth()) visibleNodes.refresh();
  chooseByAddress();
}

start();
