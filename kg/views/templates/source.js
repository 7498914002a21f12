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

// How the page's own data answers, by name of function: each view puts its own here (inPage.find = (text) => …).
const inPage = {
  around: (fragment) => byFragment.get(fragment),
};

// A page that a server sent says in `graph.served` what it left there: names of functions ("find", "answer", …).
const served = new Set(graph.served || []);

const addresses = {
  around: (fragment) => `/api/around/${encodedPath(fragment)}`,
  find: (text) => `/api/find?${new URLSearchParams({ q: text })}`,
  answer: (question, values = {}) => `/api/questions/${encodeURIComponent(question)}?${new URLSearchParams(values)}`,
  article: (id) => `/api/articles/${encodedPath(id)}`,
  articles: () => "/api/articles",
};

// What is made of the server's answer before a view gets it.
const received = {
  around: (part) => (part ? takeIn(part) : undefined),
  find: ({ items, total }) => ({ found: items, all: total, nearly: false }),
  articles: allPages,
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

// The JSON at `address`; null where there is nothing.
async function fetched(address) {
  let response;
  try { response = await fetch(address, { headers: { accept: "application/json" } }); } catch {
    throw new Error(word("source-unreachable"));
  }
  if (response.status === 404) return null;
  const body = await response.json();
  if (!response.ok) throw new Error(body.message || word("source-failed"));
  return body;
}

// A link to the page of kg serve where a query can be changed; none in a file.
function editLink(query) {
  if (!graph.served) return null;
  return element("a", { textContent: word("served-edit"), href: `/sparql?${new URLSearchParams({ query })}` });
}

// Where kg serve describes a thing: in words, Turtle, JSON-LD.
function describedAt({ fragment }) {
  return fragment.includes("://") ? new URL(fragment).pathname.replace(/^\/dangjian/, "") : `/id/${fragment}`;
}
