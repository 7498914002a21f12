// The one place where the views get data: out of this page, or from the server that sent it. Every function returns a
// Promise; one that is rejected carries a sentence for the reader in its message.
//
// source.network()                 the graph of data.js: nodes, edges, things, articles
// source.around(fragment)          the id of a thing, once it and its neighbours are in the graph; undefined: no such thing
// source.find(text)                what answers to `text`, best first: { found: [{ fragment, cls, label, en, counties:
//                                  [label, …] }, …], all: how many, nearly: whether none is spelled so }
// source.answer(question, values)  the answer of a canned question, as kg/views/asking.py writes it
// source.article(id)               an article with its text and marks, as kg/views/reading.py writes it
// source.articles()                the list of the articles
// source.things(classes)           the things of these classes as lines of a table: { fragment, cls, label, en, aliases,
//                                  counties: [label, …], links: how many }
// source.turtle(fragment)          Turtle of a thing and its neighbours; null: of the picture of the beginning
// source.file(question, values, format)  the whole answer as "csv" or "ttl"
// source.sparql(query, signal)     what the endpoint says to a query; of kg serve only

// How the page's own data answers, by name of function: each view puts its own here (inPage.find = (text) => …).
const inPage = {
  around: (fragment) => byFragment.get(fragment),
};

// A page that a server sent says in `graph.served` what it left there: names of functions ("find", "answer", …).
const served = new Set(graph.served || []);

const formed = (address, format) => `${address}${address.includes("?") ? "&" : "?"}format=${format}`;

const addresses = {
  around: (fragment) => `/api/around/${encodedPath(fragment)}`,
  find: (text) => `/api/find?${new URLSearchParams({ q: text })}`,
  answer: (question, values = {}) => `/api/questions/${encodeURIComponent(question)}?${new URLSearchParams(values)}`,
  article: (id) => `/api/articles/${encodedPath(id)}`,
  articles: () => "/api/articles",
  things: (classes) => `/api/things?${new URLSearchParams(classes.map((cls) => ["class", cls]))}`,
  turtle: (fragment) => formed(fragment === null ? "/api/network" : addresses.around(fragment), "ttl"),
  file: (question, values, format) => formed(addresses.answer(question, values), format),
};

// What is made of the server's answer before a view gets it.
const received = {
  around: (part) => (part ? takeIn(part) : undefined),
  find: ({ items, total }) => ({ found: items, all: total, nearly: false }),
  articles: allPages,
  things: allPages,
};

const source = { network: async () => graph };
for (const name of Object.keys(addresses)) {
  source[name] = async (...given) => {
    if (!served.has(name)) return inPage[name](...given);
    const answer = await fetched(addresses[name](...given));
    return received[name] ? received[name](answer) : answer;
  };
}

// Everything that is told of a county, once the server has sent what lies around it.
if (served.has("around")) {
  source.comparison = async () => inPage.comparison();
  source.compared = async (fragment) => {
    const county = await source.around(fragment);
    const { concepts, counties } = graph.comparison;
    const { cases } = counties.find(({ id }) => id === county);
    for (const place of Object.keys(cases)) cases[place] = casesOf(county, concepts[place]); // until now only counted
    return inPage.compared(fragment);
  };
}

function casesOf(county, concept) {
  const { cls, fragment } = graph.things[concept];
  if (cls === "Theme") {
    return graph.things[county].pursued.filter(({ theme }) => theme === fragment).map(({ article }) => article);
  }
  return links[concept].filter(({ from, property }) => property === "practice" && from !== county
    && graph.things[from].counties.includes(county) && graph.things[from].sentences.length).map(({ from }) => [from, 0]);
}

// A list that comes in pages, as one.
async function allPages(page) {
  const items = [...page.items];
  for (let { next } = page; next;) {
    const more = await fetched(next);
    items.push(...more.items);
    next = more.next;
  }
  return items;
}

function encodedPath(path) {
  return String(path).split("/").map(encodeURIComponent).join("/");
}

// What the server has at `address`, JSON as data, all else as text; null where there is nothing.
async function fetched(address) {
  let response;
  try { response = await fetch(address, { headers: { accept: "application/json, text/*" } }); } catch {
    throw new Error(word("source-unreachable"));
  }
  if (response.status === 404) return null;
  const isData = response.headers.get("content-type").startsWith("application/json");
  const body = await (isData ? response.json() : response.text());
  if (!response.ok) throw new Error(body.message || word("source-failed"));
  return body;
}

// What the endpoint of kg serve says to a query: { columns, kinds, rows, isIri, cut }, { truth } or { turtle, cut }; `cut`
// is how many rows or statements came where there are more. An error has the endpoint's sentence and its `kind`.
source.sparql = async (query, signal) => {
  const headers = { accept: "application/sparql-results+json, text/turtle", "content-type": "application/sparql-query" };
  const response = await fetch("/sparql", { method: "POST", headers, body: query, signal }).catch(() => {
    throw new Error(word(signal.aborted ? "source-stopped" : "source-unreachable"));
  });
  if (!response.ok) {
    const { error: kind, message } = await response.json();
    throw Object.assign(new Error(message), { kind });
  }
  const cut = Number(response.headers.get("x-sparql-maxrows"));
  if (response.headers.get("content-type").startsWith("text/turtle")) return { turtle: await response.text(), cut };
  const { head, boolean: truth, results } = await response.json();
  return truth === undefined ? { ...toRows(head.vars, results.bindings), cut } : { truth };
};

// SPARQL 1.1 Query Results JSON as columns and rows of text; `kinds` as kg/views/asking.py has them.
function toRows(columns, bindings) {
  const kindOf = ({ type, datatype = "", ...term }) => (
    type === "uri" ? "iri" : term["xml:lang"] || datatype.split("#")[1] || "string");
  const kinds = columns.map((name) => bindings.filter((row) => row[name]).map((row) => kindOf(row[name]))[0] || "");
  const rows = bindings.map((row) => columns.map((name) => row[name]?.value ?? null));
  const terms = bindings.flatMap((row) => Object.values(row));
  const addresses = new Set(terms.filter(({ type }) => type === "uri").map(({ value }) => value));
  return { columns, kinds, rows, isIri: (row, at) => addresses.has(row[at]) };
}

// Where kg serve describes a thing: in words, Turtle, JSON-LD.
function describedAt({ fragment }) {
  return fragment.includes("://") ? new URL(fragment).pathname.replace(/^\/dangjian/, "") : `/id/${fragment}`;
}
