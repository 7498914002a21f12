// Take away: the picture as PNG and SVG, the rows as CSV, the statements as Turtle; made here, sent nowhere.

const longestName = 60;

// Hands `text` or a blob to the browser as a file.
function download(content, type, ending, name = fileName()) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = element("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  document.getElementById("status").textContent = word("take-done", { name: link.download });
}

// The page's title and what is chosen, without what a file system or a reader could stumble over.
function fileName(...parts) {
  const said = [title(), ...parts, chosen === null ? "" : labelOf(chosen)].map(fileSafe).filter(Boolean).join("-");
  return Array.from(said).slice(0, longestName).join("") || "graph";
}

function fileSafe(text) {
  const clean = text.normalize("NFC").replace(/[\p{C}\p{Z}\s<>:"/\\|?*“”‘’'$`{}%&;=^~#]+/gu, "_");
  return clean.replace(/^[_.\-]+|[_.\-]+$/g, "");
}

// The SVG painted at twice its size, so that it can be printed.
async function toPng() {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(toSvg())}`;
  await image.decode();
  const canvas = element("canvas", { width: image.width * 2, height: image.height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

// Rows as CSV (RFC 4180) that a spreadsheet opens as it is: marked as UTF-8, no cell that it would calculate.
function toCsv(rows) {
  const cell = (value) => {
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

// Everything of the classes that are shown; how many sentences name a thing is known of what the page holds only.
async function tableCsv() {
  const things = await source.things([...shown]);
  const columns = ["name", "class", "of-county", "aliases", "links", ...(served.has("things") ? [] : ["sentences"])];
  const rows = things.map((thing) => {
    const { cls, label, en, counties, aliases, links: amount, sentences } = thing;
    const cells = [settings.language === "en" && en ? en : label, word(`class.${cls}`), counties.join("；"),
      aliases.join("；"), amount, sentences];
    return [...cells.slice(0, columns.length), iriOf(thing)];
  });
  return toCsv([[...columns.map((key) => word(key)), "IRI"], ...rows]);
}

inPage.things = () => graph.things.map((_, id) => id).filter(isShown).map((id) => {
  const { fragment, cls, label, en, counties, aliases, sentences } = graph.things[id];
  const owners = counties.filter((owner) => owner !== id).map(labelOf);
  return { fragment, cls, label, en, counties: owners, aliases, links: links[id].length, sentences: sentences.length };
});

// What Turtle hands on: the chosen thing and its neighbours, or all that the legend shows.
function takenIds() {
  if (chosen !== null) return [...new Set([chosen, ...around(chosen)])];
  return graph.things.map((_, id) => id).filter(isShown);
}

// The statements of the graph about the things of `ids` (RDF 1.1 Turtle), the class and names of each first.
function toTurtle(ids) {
  const { properties, triples } = graph.statements;
  const rows = [];
  for (let at = 0; at < triples.length; at += 3) rows.push(triples.slice(at, at + 3));
  const all = new Set([...ids, ...hubsOf(rows, new Set(ids))]);
  const said = new Map([...all].sort((a, b) => a - b).map((number) => [number, about(number)]));
  for (const [subject, property, object] of rows) {
    if (!all.has(subject) || !all.has(object)) continue;
    said.get(subject).push(`dj:${properties[property]} ${iri(resource(object))}`);
  }
  const blocks = [...said].map(([subject, lines]) => `${iri(resource(subject))} ${lines.join(" ;\n    ")} .\n`);
  return [
    "@prefix dj: <https://w3id.org/dangjian/ontology#> .", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "",
    ...blocks,
  ].join("\n");
}

// The initiatives that join a taken county to a taken thing, and the articles that report them.
function hubsOf(rows, taken) {
  const isHub = (number) => number >= graph.things.length;
  const named = new Set(rows.filter(([hub, , object]) => isHub(hub) && taken.has(object)).map(([hub]) => hub));
  const hubs = new Set(rows.filter(([county, , hub]) => taken.has(county) && named.has(hub)).map(([, , hub]) => hub));
  const articles = rows.filter(([article, , hub]) => isHub(article) && hubs.has(hub)).map(([article]) => article);
  return [...hubs, ...articles];
}

// The IRI of a thing, or of an article or initiative, by the number that kg.views.taking gives it.
function resource(number) {
  const at = number - graph.things.length;
  if (at < 0) return iriOf(graph.things[number]);
  const { base, initiatives } = graph.statements;
  const amount = graph.reading.length;
  return base + (at < amount ? `article/${graph.reading[at].id}` : initiatives[at - amount]);
}

function about(number) {
  const at = number - graph.things.length;
  if (at >= 0) {
    const { headline } = graph.reading[at % graph.reading.length];
    const cls = at < graph.reading.length ? "Article" : "Initiative";
    return [`a dj:${cls}`, ...(headline ? [`rdfs:label ${literal(headline)}@zh`] : [])];
  }
  const { cls, label, en, aliases } = graph.things[number];
  const concept = cls === "Practice" || cls === "Theme";
  const name = concept ? "skos:prefLabel" : "rdfs:label";
  return [
    `a dj:${cls}`, `${name} ${literal(label)}@zh`, ...(en ? [`${name} ${literal(en)}@en`] : []),
    ...(concept ? [] : aliases.map((alias) => `skos:altLabel ${literal(alias)}@zh`)),
  ];
}

function iri(text) {
  return `<${text.replace(/[\x00-\x20<>"{}|^`\\]/g, escaped)}>`;
}

function literal(text) {
  return `"${text.replace(/[\x00-\x1f"\\\x7f]/g, escaped)}"`;
}

function escaped(sign) {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
}

const takings = {
  png: async () => download(await toPng(), "image/png", "png"),
  svg: async () => download(toSvg(), "image/svg+xml;charset=utf-8", "svg"),
  csv: async () => download(await tableCsv(), "text/csv;charset=utf-8", "csv"),
  ttl: async () => download(await pictureTurtle(), "text/turtle;charset=utf-8", "ttl"),
};

function pictureTurtle() {
  if (!served.has("turtle")) return toTurtle(takenIds());
  return source.turtle(chosen === null ? null : graph.things[chosen].fragment);
}

for (const button of document.querySelectorAll("[data-take]")) {
  if (button.dataset.take === "ttl") button.hidden = !graph.statements && !served.has("turtle");
  button.addEventListener("click", async () => {
    document.getElementById("take").open = false;
    await takings[button.dataset.take]().catch(({ message }) => takeFailed(message));
  });
}

// Nothing came: the reader hears why where the file would have been announced.
function takeFailed(message) {
  document.getElementById("status").textContent = message;
  document.getElementById("caption").textContent = message;
}

document.getElementById("take").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  document.getElementById("take").open = false;
  document.querySelector("#take summary").focus();
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#take")) document.getElementById("take").open = false;
});
