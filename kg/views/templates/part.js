// A part of a graph too large for one page: taken into the picture when it comes from the server, each thing at the
// place that it has for everyone. It is drawn while something that it belongs to is chosen, and waits otherwise.

const guests = new Set();  // ids of what came from the server

// Puts the things, links and articles of `part` into the graph and returns the id of the thing it is about.
function takeIn(part) {
  const ids = part.things.map(({ fragment }) => byFragment.get(fragment) ?? welcomed(fragment));
  const cited = part.articles.map(articleNumber);
  part.things.forEach((thing, at) => {
    const known = graph.things[ids[at]];
    if (known && !known.partial && thing.partial) return;
    graph.things[ids[at]] = { ...thing, ...withNumbers(thing, cited) };
    graph.nodes[ids[at]] = { ...part.nodes[at], id: ids[at], ...(known && placeOf(ids[at])) };
  });
  for (const { from, to, property } of part.edges) link(ids[from], ids[to], property);
  const about = byFragment.get(part.fragment);
  graph.things[about].unsent = part.found - (part.things.length - 1);
  document.dispatchEvent(new Event("grown"));
  return about;
}

function welcomed(fragment) {
  const id = links.length;
  byFragment.set(fragment, id);
  links.push([]);
  guests.add(id);
  return id;
}

function placeOf(id) {
  const { x, y, size } = graph.nodes[id];
  return { x, y, size };
}

// Counties and articles by their numbers in this page.
function withNumbers({ counties, sentences, figures, pursued }, cited) {
  const numbered = (found) => ({ ...found, article: cited[found.article] });
  return {
    counties: counties.map((fragment) => byFragment.get(fragment)).filter((id) => id !== undefined),
    sentences: sentences.map(numbered), figures: figures.map(numbered),
    pursued: pursued.map(([theme, article]) => ({ theme, article: cited[article] })),
  };
}

function articleNumber(article) {
  const known = graph.articles.findIndex(({ id }) => id === article.id);
  return known < 0 ? graph.articles.push(article) - 1 : known;
}

function link(from, to, property) {
  if (links[from].some((edge) => edge.from === from && edge.to === to && edge.property === property)) return;
  const edge = { id: graph.edges.length, from, to, property };
  graph.edges.push(edge);
  links[from].push(edge);
  links[to].push(edge);
}

// Of a thing with very many neighbours: how many the server has not sent, and where all of them are listed.
function unsent(thing) {
  if (!thing.unsent) return null;
  return element("p", {}, element("a", { textContent: word("served-unsent", { n: thing.unsent }), href: describedAt(thing) }));
}
