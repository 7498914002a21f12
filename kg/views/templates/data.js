// What the page holds: the things, their links, and which classes are on view.

const graph = JSON.parse(document.getElementById("graph").textContent);
const classes = Object.keys(graph.shapes).filter((cls) => amountOf(cls));
const byFragment = new Map(graph.things.map((thing, id) => [thing.fragment, id]));
const shown = new Set(startClasses());
let only = null;  // while the picture shows an answer, the things of it
const links = graph.things.map(() => []);
for (const edge of graph.edges) {
  links[edge.from].push(edge);
  links[edge.to].push(edge);
}

// The practices and themes of one county alone: they are drawn as its own.
const unshared = new Set(graph.nodes.map(({ id }) => id).filter((id) => {
  const counties = [...around(id)].filter((near) => graph.things[near].cls === "County");
  return ["Practice", "Theme"].includes(graph.things[id].cls) && counties.length < 2;
}));

function startClasses() {
  return classes.filter((cls) => !["Organisation", "Person", "Place"].includes(cls));
}

// How many things of a class there are; of a graph too large for one page the server has counted them.
function amountOf(cls) {
  return graph.amounts ? graph.amounts[cls] || 0 : graph.things.filter((thing) => thing.cls === cls).length;
}

function isShown(id) {
  return shown.has(graph.things[id].cls) && (only === null || only.has(id));
}

function labelOf(id) {
  const thing = graph.things[id];
  return settings.language === "en" && thing.en ? thing.en : thing.label;
}

function around(id) {
  return new Set(links[id].flatMap((edge) => [edge.from, edge.to]));
}
