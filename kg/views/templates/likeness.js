// What counties are compared by, and how alike two of them are.
//
// source.comparison()
//   { concepts: [{ fragment, cls, label, en }, …], the practices and themes, the most widespread first,
//     counties: [{ fragment, cls, label, en, code, within, articles, applies: [place in concepts, …],
//     amounts: { place: how many cases } }, …] }, similar ones together; null where there is nothing to compare.
// source.compared(fragment of a county)
//   { cases: { place: [{ fragment, cls, label, en, statuses, text, marks, article }, …] }, of a theme [{ article }, …],
//     own: [{ fragment, cls, label, en, statuses, concepts: [place, …] }, …], its alliances, mechanisms, programmes and
//     platforms, figures: as a thing has them }; an article is { headline, newspaper, date, page }.

const comparedClasses = ["Alliance", "Mechanism", "Programme", "Platform"];
const comparedMost = 4;

inPage.comparison = () => {
  const { comparison: data } = graph;
  if (!data) return null;
  const named = (id) => { const { fragment, cls, label, en } = graph.things[id]; return { fragment, cls, label, en }; };
  return {
    concepts: data.concepts.map(named),
    counties: data.counties.map(({ id, code, articles, applies, cases }) => ({
      ...named(id), code, articles, applies, within: graph.things[id].within,
      amounts: Object.fromEntries(Object.entries(cases).map(([place, list]) => [place, list.length])),
    })),
  };
};

inPage.compared = (fragment) => {
  const county = byFragment.get(fragment);
  const { cases } = graph.comparison.counties.find(({ id }) => id === county);
  const full = ([place, list]) => [place, list.map((item) => (
    Array.isArray(item) ? { ...comparedThing(item[0]), ...sentenceOf(...item) } : { article: graph.articles[item] }))];
  const ends = new Set(links[county].filter(({ from }) => from === county).map(({ to }) => to));
  const own = [...ends].filter((id) => comparedClasses.includes(graph.things[id].cls)).map(comparedThing);
  return { cases: Object.fromEntries(Object.entries(cases).map(full)), own, figures: graph.things[county].figures };
};

// A page of a server asks it, where source.js knows the way.
function comparisonFrom(name, ...given) {
  return source[name] ? source[name](...given) : Promise.resolve(inPage[name](...given));
}

function comparedThing(id) {
  const { fragment, cls, label, en, statuses } = graph.things[id];
  const practices = links[id].filter(({ from, property }) => from === id && property === "practice");
  const concepts = practices.map(({ to }) => graph.comparison.concepts.indexOf(to)).filter((place) => place >= 0);
  return { fragment, cls, label, en, statuses, concepts };
}

function sentenceOf(id, at) {
  const { text, marks, article } = graph.things[id].sentences[at];
  return { text, marks, article: graph.articles[article] };
}

// What two counties share: the measure of the canned question similar-counties.
function shared(one, other) {
  const known = new Set(other.applies);
  return one.applies.filter((place) => known.has(place));
}

// The concepts of a class, each with its place and the number of `counties` that apply it.
function spreadOf(concepts, counties, cls) {
  return concepts.map((concept, place) => ({ concept, place })).filter(({ concept }) => concept.cls === cls)
    .map(({ concept, place }) => (
      { concept, place, n: counties.filter(({ applies }) => applies.includes(place)).length }));
}

// The counties most like `county`, those that share most first, with what they share; each shares something.
function mostSimilar(county, counties) {
  return counties.filter((other) => other !== county)
    .map((other) => ({ county: other, shared: shared(county, other) })).filter(({ shared: places }) => places.length)
    .sort((a, b) => b.shared.length - a.shared.length || inTextOrder(a.county.label, b.county.label)
      || inTextOrder(a.county.fragment, b.county.fragment));
}

// The pairs of all counties that share most, each county once.
function mostSimilarPairs(counties, many) {
  const all = counties.flatMap((one, at) => counties.slice(at + 1).map((other) => (
    { one, other, n: shared(one, other).length }))).filter(({ n }) => n).sort((a, b) => b.n - a.n);
  const taken = new Set();
  const best = [];
  for (const pair of all) {
    if (best.length === many) break;
    if (taken.has(pair.one) || taken.has(pair.other)) continue;
    taken.add(pair.one).add(pair.other);
    best.push(pair);
  }
  return best;
}

function inTextOrder(a, b) {
  return a < b ? -1 : Number(a > b);
}

// Figures that may stand side by side: of one unit, and of one object or an object that ends in the other's name.
// Each row: { of, unit, cells: per county the figures }, those of at least two counties first.
function figureRows(lists) {
  const rows = [];
  lists.forEach((figures, column) => {
    for (const figure of figures) {
      const row = rows.find(({ unit, of }) => unit === figure.unit && isSameObject(of, figure.of));
      if (row && figure.of.length < row.of.length) row.of = figure.of;
      const here = row || { of: figure.of, unit: figure.unit, cells: lists.map(() => []) };
      if (!row) rows.push(here);
      const isSame = (other) => ["of", "text", "value"].every((name) => other[name] === figure[name]);
      if (!here.cells[column].some(isSame)) here.cells[column].push(figure);
    }
  });
  const breadth = ({ cells }) => cells.filter((cell) => cell.length).length;
  return { matching: rows.filter((row) => breadth(row) > 1), single: rows.filter((row) => breadth(row) < 2) };
}

function isSameObject(one, other) {
  const [a, b] = [bare(one), bare(other)];
  return a === b || (Math.min(a.length, b.length) > 1 && (a.endsWith(b) || b.endsWith(a)));
}
