// The picture in two depths. From afar: each county as a ring in the colours of what it has, between the counties what
// they share. From near, and around a chosen thing: every dot.

const nearScale = .5;
const fewDots = 150;
let near = false;
let company = new Set();  // the chosen thing and what it is linked to: drawn at any distance

// Counties and what several of them share; everything else is detail.
function isMain(id) {
  const { cls } = graph.things[id];
  return cls === "County" || (["Practice", "Theme"].includes(cls) && !unshared.has(id));
}

function isDrawn(id) {
  return isShown(id) && (company.has(id) || isMain(id) || (near && !guests.has(id)));
}

// Whether a line joins a county and what it shares with others; practices come before themes.
function isThread(edge) {
  return graph.things[edge.from].cls === "County" && graph.things[edge.to].cls !== "County" && isMain(edge.to);
}

// True if the details came into view or went out of it.
function turnsDepth() {
  const before = near;
  near = network.getScale() >= nearScale || graph.things.filter((_, id) => isShown(id)).length <= fewDots;
  return near !== before;
}

// How the picture lies in its box now: from the layout's pixels to those of the screen.
function lens() {
  const { clientWidth: width, clientHeight: height } = document.getElementById("canvas");
  const scale = network.getScale();
  const middle = network.getViewPosition();
  const at = (id) => ({
    x: (graph.nodes[id].x - middle.x) * scale + width / 2, y: (graph.nodes[id].y - middle.y) * scale + height / 2,
  });
  return { width, height, scale, at };
}

const held = new Map();
for (const type of ["shown", "grown"]) document.addEventListener(type, () => held.clear());

// What a county has of its own, by class, as far as it is shown: the arcs of its ring.
function holdings(county) {
  if (!held.has(county)) held.set(county, countHoldings(county));
  return held.get(county);
}

function countHoldings(county) {
  if (graph.belongings) {
    return Object.entries(graph.belongings[graph.things[county].fragment] || {})
      .filter(([cls]) => shown.has(cls) && !["Practice", "Theme"].includes(cls));
  }
  const ends = new Set(links[county].filter((edge) => edge.from === county).map((edge) => edge.to));
  const own = [...ends].filter((id) => !isMain(id) && isShown(id));
  return classes.map((cls) => [cls, own.filter((id) => graph.things[id].cls === cls).length]).filter(([, n]) => n);
}

// How far from its county the last of `amount` things lies in kg.views.layout, in the layout's pixels.
function reach(amount) {
  return 58 * Math.sqrt(amount / 3 + 3.6);
}

// The sign of a thing where the lens shows it, in pixels of the screen.
function symbolOf(id, { at, scale }) {
  const { cls } = graph.things[id];
  const radius = graph.nodes[id].size * scale;
  const symbol = { id, cls, ...at(id), radius, ring: null };
  if (cls === "County" && !near && chosen !== id) {
    const ring = holdings(id);
    const amount = ring.reduce((sum, [, n]) => sum + n, 0);
    symbol.radius = Math.max(6, Math.min(5 + 2.6 * Math.sqrt(amount), reach(amount) * scale * .9));
    symbol.ring = amount ? ring : null;
  } else if (isMain(id)) {
    const counties = [...around(id)].filter((other) => graph.things[other].cls === "County").length;
    const least = cls === "County" ? 6 : (3 + 1.5 * Math.sqrt(counties)) * (cls === "Theme" ? 1.3 : 1);
    const most = cls === "County" ? Infinity : Math.max(5, 62 * scale); // so that neighbours stay apart
    symbol.radius = Math.min(most, Math.max(least, Math.min(radius, 18)));
  }
  return symbol;
}

// A ring's arcs from the top, clockwise, in the order of the legend: class, beginning and end in radians.
function arcs(ring) {
  const amount = ring.reduce((sum, [, n]) => sum + n, 0);
  let angle = -Math.PI / 2;
  return ring.map(([cls, n]) => {
    const from = angle;
    angle += 2 * Math.PI * n / amount;
    return [cls, from, angle];
  });
}

// The corners of a sign around the origin; none for a circle.
function corners(cls, radius) {
  const shape = outlines[graph.shapes[cls]];
  return shape ? shape.map(([x, y]) => [x * radius, y * radius]) : null;
}

function paintSymbol(context, { cls, x, y, radius, ring }) {
  context.lineWidth = 1.5;
  context.strokeStyle = colour("paper");
  if (ring) paintRing(context, { x, y, radius, ring });
  const inner = ring ? radius * .5 : radius;
  const points = ring ? null : corners(cls, inner);
  context.fillStyle = colour(cls);
  context.beginPath();
  if (points) points.forEach(([right, down]) => context.lineTo(x + right, y + down));
  else context.arc(x, y, inner, 0, 2 * Math.PI);
  context.closePath();
  context.fill();
  context.stroke();
}

function paintRing(context, { x, y, radius, ring }) {
  for (const [cls, from, to] of arcs(ring)) {
    context.fillStyle = colour(cls);
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius, from, to);
    context.closePath();
    context.fill();
    if (ring.length > 1) context.stroke();
  }
}

// The lines between counties and what they share that are to be seen, those of `strong` set off.
function threads(strong) {
  const isTouched = ({ from, to }) => !graph.quiet || from === strong || to === strong;
  return graph.edges.filter((edge) => isTouched(edge) && isThread(edge) && isDrawn(edge.from) && isDrawn(edge.to)).map((edge) => ({
    ...edge, theme: graph.things[edge.to].cls === "Theme", strong: edge.from === strong || edge.to === strong,
  }));
}

const manyThreads = 300;

// The more lines there are, the fainter each is.
function threadStyle({ theme, strong }, amount) {
  if (strong) return { width: 1.8, opacity: 1 };
  const share = Math.min(1, Math.sqrt(manyThreads / amount));
  return theme ? { width: .8, opacity: .22 * share } : { width: 1, opacity: .5 * share };
}

function paintThreads(context, strong) {
  const scale = network.getScale();
  context.save();
  context.strokeStyle = colour("thread");
  const lines = threads(strong);
  for (const line of lines) {
    const { width, opacity } = threadStyle(line, lines.length);
    context.globalAlpha = opacity;
    context.lineWidth = width / scale;
    context.beginPath();
    context.moveTo(graph.nodes[line.from].x, graph.nodes[line.from].y);
    context.lineTo(graph.nodes[line.to].x, graph.nodes[line.to].y);
    context.stroke();
  }
  context.restore();
}

// The thing at a point of the stage: under its sign, or else under its label.
function thingAt({ x, y }, placed) {
  let [best, distance] = [null, Infinity];
  for (const symbol of placed.symbols) {
    const away = Math.hypot(symbol.x - x, symbol.y - y) - symbol.radius;
    if (away < 4 && away < distance) [best, distance] = [symbol.id, away];
  }
  if (best !== null) return best;
  const label = placed.labels.find(({ left, top, width, height }) => (
    x >= left && x <= left + width && y >= top && y <= top + height));
  return label ? label.id : null;
}

// One line that says what is seen and how to read it, and one that says what can be done here.
function caption() {
  const n = chosen === null ? 0 : [...around(chosen)].filter((id) => id !== chosen).length;
  const isQuietNear = depth() === "near" && graph.quiet; // very many lines: only those of a chosen thing are drawn
  return word(`caption-${depth()}${isQuietNear ? "-quiet" : ""}`, chosen === null ? {} : { name: labelOf(chosen), n });
}

function depth() {
  if (chosen !== null) return "chosen";
  return near ? "near" : "far";
}
