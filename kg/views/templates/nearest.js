// What can be asked: examples of the file of questions with names of the graph in them, and those near a question.

// Questions that are understood, most like `text` first: their examples, with the names of `text` or of the graph.
function nearestTo(text, most = 4) {
  const language = languageOf(text);
  const wanted = bigrams(text);
  const scored = examples(language, text).map((example) => [shareOf(wanted, bigrams(example)), example]);
  return scored
    .filter(([share]) => share > 0.15)
    .sort((a, b) => b[0] - a[0])
    .slice(0, most)
    .map(([, example]) => example);
}

function bigrams(text) {
  const signs = [" ", ...bare(text), " "];
  return signs.slice(1).map((sign, at) => signs[at] + sign);
}

// Dice's coefficient of two lists of bigrams.
function shareOf(some, others) {
  const left = [...others];
  const shared = some.filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return (2 * shared.length) / (some.length + others.length);
}

// The examples of all lines with names in their slots; those that nothing in the graph can fill are left out.
function examples(language, text = "") {
  const names = namesFor(text, language);
  const filled = grammarOf(language)
    .asks.filter(({ example }) => example)
    .map(({ example }) => example.replace(/\{(\w+)\}/g, (whole, slot) => names[slot] ?? whole));
  return [...new Set(filled.filter((example) => !example.includes("{")))];
}

function namesFor(text, language) {
  const grammar = grammarOf(language);
  const [, counties] = withMarks(questionIn(text, grammar), language);
  const known = asking.counties.map((county) => ({ county }));
  const [first, second] = [
    ...new Set(
      [...counties, ...byLinks("County").map(countyOf), ...known].filter(Boolean).map(({ county }) => county[1]),
    ),
  ];
  const wanted = bare(text);
  const one = (cls) => {
    const ids = byLinks(cls).filter((thing) => !grammar.kind.has(labelAs(thing, language).toLowerCase()));
    const id = ids.find((thing) => wanted.includes(bare(graph.things[thing].label))) ?? ids[0];
    return id === undefined ? undefined : inQuotes(labelAs(id, language), language);
  };
  const spoken = (name) =>
    (language === "en" &&
      name &&
      readingsOf(name.replace(countyRank, "")).map((reading) => reading[0].toUpperCase() + reading.slice(1))[0]) ||
    name;
  const slots = { time: monthWith(language), county: spoken(first), other: spoken(second), thing: one("Mechanism") };
  for (const [slot, cls] of Object.entries(slotClass)) slots[slot] = one(cls);
  slots.name = partOfKind();
  return slots;
}

// The month of the last report, as one says it.
function monthWith(language) {
  const [year, month] = asking.latest.split("-").map(Number);
  if (!month) return undefined;
  const name = months[month - 1] || "";
  return language === "zh" ? `${year}年${month}月` : `${name[0].toUpperCase()}${name.slice(1)} ${year}`;
}

// The county that a question names and the graph does not have, if with another it would be understood.
function unknownCounty(text) {
  const [[, name] = []] = asking.counties;
  return [...text.matchAll(/\p{Script=Han}{2,6}?(?:县|区|市|旗)/gu)]
    .map(([guess]) => guess)
    .find((guess) => name && !countiesCalled(guess).length && understand(text.replace(guess, name)));
}

function labelAs(id, language) {
  return (language === "en" && graph.things[id].en) || graph.things[id].label;
}

function countyOf(id) {
  const county = asking.counties.find(([iri]) => iri.endsWith(graph.things[id].fragment));
  return county && { county };
}

function byLinks(cls) {
  const ids = graph.things.map((_, id) => id).filter((id) => graph.things[id].cls === cls);
  const spelled = (id) => Number(graph.things[id].components.length > 1);
  return ids.sort((a, b) => spelled(b) - spelled(a) || links[b].length - links[a].length || a - b);
}

function inQuotes(name, language) {
  return language === "zh" && !/[“”]/u.test(name) && name.length < 3 ? `“${name}”` : name;
}

// What stands before the kind in the name of an alliance: 产业链 of 产业链党建联盟.
function partOfKind() {
  const kinds = [...grammarOf("zh").kind].filter(([, kind]) => kind === "alliances").map(([said]) => said);
  for (const id of byLinks("Alliance")) {
    const { label } = graph.things[id];
    const kind = kinds.find((said) => label.endsWith(said) && !/[“”]/u.test(label) && label.length - said.length > 1);
    if (kind) return label.slice(0, label.length - kind.length);
  }
  return undefined;
}
