// Compare: #/compare?counties=370832,370812 side by side, of one county those most like it, #/compare/matrix over all.

const comparing = { address: null, data: null, cell: null };

onOpen.compare = async (parts, values) => {
  const address = addressOf("compare", parts, Object.fromEntries(values));
  comparing.data = comparing.data || await comparisonFrom("comparison");
  if (comparing.address === address) return;
  comparing.address = address;
  comparing.cell = null;
  await drawCompare();
};

async function drawCompare() {
  const section = document.getElementById("compare");
  const hadFocus = document.activeElement && document.activeElement.id === "compare-add";
  if (!comparing.data) {
    section.replaceChildren(element("p", { className: "compare-lead", textContent: word("compare-empty") }));
    return;
  }
  const { address } = comparing;
  const isMatrix = address.startsWith(addressOf("compare", ["matrix"]));
  const { chosen: counties, missing } = isMatrix ? { chosen: [], missing: [] } : countiesOf(address);
  const body = isMatrix ? matrixOf(comparing.data) : await comparisonOf(counties);
  if (address !== comparing.address) return;
  section.classList.toggle("has-matrix", isMatrix);
  section.replaceChildren(compareHead(isMatrix, counties), ...(isMatrix ? [] : [chooser(counties)]),
    ...(missing.length ? [missingNote(missing)] : []), ...body);
  section.scrollTop = 0;
  if (chosen === null) drawPanel(null);
  if (hadFocus && counties.length < comparedMost) document.getElementById("compare-add").focus();
}

function compareHead(isMatrix, chosen) {
  const ways = element("nav", { className: "switch" }, ...[["side", []], ["matrix", ["matrix"]]].map(([way, parts]) => {
    const link = element("a", { textContent: word(`compare-${way}`), href: addressOf("compare", parts) });
    if ((way === "matrix") === isMatrix) link.setAttribute("aria-current", "page");
    return link;
  }));
  ways.setAttribute("aria-label", word("compare-mode"));
  const title = element("h2", { textContent: word("compare-title") });
  return element("header", { className: "compare-head" }, title, ways,
    isMatrix || chosen.length ? null : leadOf("compare-lead"));
}

function leadOf(key, values) {
  return element("p", { className: "compare-lead", textContent: word(key, values) });
}

// How an address names a county: by its code where no other has it, else by the end of its fragment.
function referenceOf(county) {
  const sameCode = comparing.data.counties.filter(({ code }) => code === county.code);
  return county.code && sameCode.length === 1 ? county.code : county.fragment.replace(/^county\//, "");
}

function addressOfCounties(counties) {
  return addressOf("compare", [], counties.length ? { counties: counties.map(referenceOf).join(",") } : {});
}

function countiesOf(address) {
  const asked = (new URLSearchParams(address.split("?")[1] || "").get("counties") || "").split(",").filter(Boolean);
  const found = asked.map((text) => comparing.data.counties.find((county) => (
    [referenceOf(county), county.fragment, county.label, county.code].includes(text))));
  return {
    chosen: [...new Set(found.filter(Boolean))].slice(0, comparedMost),
    missing: asked.filter((_, at) => !found[at]),
  };
}

function missingNote(missing) {
  const names = missing.join(settings.language === "zh" ? "、" : ", ");
  return element("p", { className: "compare-missing name", textContent: word("compare-missing", { names }) });
}

// The chosen counties as chips, and a box to add one.
function chooser(chosen) {
  const chip = (county) => {
    const remove = element("button", { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", word("compare-remove", { name: labelIn(county) }));
    const rest = chosen.filter((other) => other !== county);
    remove.addEventListener("click", () => { location.hash = addressOfCounties(rest); });
    return element("li", {}, linkIn(county), remove);
  };
  const list = element("ul", { className: "chosen" }, ...chosen.map(chip));
  list.setAttribute("aria-label", word("compare-chosen"));
  const box = element("div", { className: "chooser" }, ...(chosen.length ? [list] : []));
  if (chosen.length >= comparedMost) box.append(element("small", { textContent: word("compare-full") }));
  else box.append(adder(chosen));
  return box;
}

function adder(chosen) {
  const input = element("input", { type: "search", id: "compare-add", autocomplete: "off", spellcheck: false,
    placeholder: word("compare-add") });
  const list = element("div", { id: "compare-counties", className: "compare-list", hidden: true });
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id,
    "aria-autocomplete": "list", "aria-label": word("compare-add") };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("compare-add"));
  combobox(input, list, {
    ask: async (text) => findCounties(text).filter(({ county }) => !chosen.includes(county)).slice(0, 12),
    draw: (rows, text) => {
      const none = element("p", { className: "group-title", textContent: word("compare-none", { text }) });
      list.replaceChildren(...rows.map(countyOption), ...(text && !rows.length ? [none] : []));
    },
    take: (row) => {
      const county = comparing.data.counties.find(({ fragment }) => fragment === row.dataset.fragment);
      location.hash = addressOfCounties([...chosen, county]);
    },
  });
  return element("div", { className: "adder" }, input, list);
}

function countyOption({ county, mark }, at) {
  const found = { ...county, counties: county.within.slice(0, 1), name: county.label, mark };
  const row = option(found, at, "compare-option");
  row.dataset.fragment = county.fragment;
  return row;
}

// The counties that answer to `text`, best first; their codes count too.
function findCounties(text) {
  const wanted = bare(text);
  if (!wanted) return [];
  const hits = comparing.data.counties.map((county, at) => {
    const key = prepared(county.label, "County");
    const isCode = county.code.startsWith(wanted);
    const hit = isCode ? { grade: 1, from: 0, to: 0 } : matched(wanted, key) || nearly(wanted, key);
    return hit && { county, at, grade: hit.grade, mark: hit.to ? stretchOf(county.label, hit) : null };
  }).filter(Boolean);
  const exact = hits.filter(({ grade }) => grade < grades.near);
  return (exact.length ? exact : hits).sort((a, b) => a.grade - b.grade || a.at - b.at);
}

async function comparisonOf(chosen) {
  const { counties, concepts } = comparing.data;
  if (!chosen.length) return [pairs(counties)];
  if (chosen.length === 1) return similarTo(chosen[0], counties, concepts);
  const details = await Promise.all(chosen.map(({ fragment }) => comparisonFrom("compared", fragment)));
  return sideBySide(chosen, concepts, details);
}

function pairs(counties) {
  const found = mostSimilarPairs(counties, 8);
  const most = found.length ? found[0].n : 1;
  const items = found.map(({ one, other, n }) => {
    const dot = element("i", { textContent: "·", ariaHidden: "true" });
    const link = element("a", { className: "pair", href: addressOfCounties([one, other]) },
      element("span", { className: "pair-names" }, nameIn(one), dot, nameIn(other)),
      likenessBar(n, most), element("small", { textContent: word("shared-n", { n }) }));
    return element("li", {}, link);
  });
  const title = element("h3", { textContent: word("compare-pairs") });
  return element("section", {}, title, element("ul", { className: "pairs plain" }, ...items));
}

function likenessBar(n, most) {
  const bar = element("span", { className: "likeness", ariaHidden: "true" }, element("span", {}));
  bar.firstChild.style.width = `${Math.round(100 * n / most)}%`;
  return bar;
}

// One county: those most like it, and the practices and themes that make them so.
function similarTo(county, counties, concepts) {
  const found = mostSimilar(county, counties);
  const title = element("h3", { textContent: word("similar-title", { name: labelIn(county) }) });
  if (!found.length) return [title, element("p", { textContent: word("similar-none") })];
  const most = found[0].shared.length;
  const items = found.slice(0, 30).map((row) => similarRow(county, row, concepts, most));
  const rest = found.length - items.length;
  return [title, leadOf("similar-lead"), element("ol", { className: "similar plain" }, ...items),
    ...(rest > 0 ? [leadOf("similar-more", { n: rest })] : [])];
}

function similarRow(county, { county: other, shared: places }, concepts, most) {
  const link = element("a", { className: "similar-name", href: addressOfCounties([county, other]) }, nameIn(other),
    unseen(word("compare-with", { name: labelIn(other) })));
  const kinds = ["Practice", "Theme"].map((cls) => places.map((place) => concepts[place])
    .filter((concept) => concept.cls === cls));
  const amounts = ["shared-practices-n", "shared-themes-n"].map((key, at) => word(key, { n: kinds[at].length }))
    .filter((_, at) => kinds[at].length);
  const head = element("div", { className: "similar-head" }, link,
    element("small", { className: "name", textContent: other.within[0] || "" }), likenessBar(places.length, most),
    element("small", { className: "similar-amount", textContent: amounts.join(" · ") }));
  const chips = kinds.flat().map((concept) => element("li", {}, linkIn(concept)));
  return element("li", {}, head, element("ul", { className: "chips" }, ...chips));
}

// In a county's panel: to those most like it, or into the comparison that is open.
function compareButton(id) {
  if (graph.things[id].cls !== "County" || !graph.comparison) return null;
  const { counties } = comparing.data = comparing.data || inPage.comparison();
  const county = counties.find(({ fragment }) => fragment === graph.things[id].fragment);
  const { chosen } = view === "compare" && comparing.address ? countiesOf(comparing.address) : { chosen: [] };
  const joins = chosen.length && chosen.length < comparedMost && !chosen.includes(county);
  const link = element("a", { className: "compare-button", textContent: word(joins ? "compare-join" : "compare-button"),
    href: addressOfCounties(joins ? [...chosen, county] : [county]) });
  return element("p", {}, link);
}

// Beside the view, while nothing is chosen: the cell of the matrix, whom to add next, or how to begin.
beginnings.compare = () => {
  if (comparing.cell) return cellAccount(comparing.cell);
  const { chosen: counties } = comparing.data && comparing.address ? countiesOf(comparing.address) : { chosen: [] };
  const [text, note] = ["compare-lead", "side-note"].map((key) => element("p", { textContent: word(key) }));
  const lead = [element("h2", { textContent: word("compare-title") }), text, note];
  if (!comparing.data) return lead;
  if (document.querySelector("#compare .matrix")) return matrixAccount();
  if (!counties.length) return [lead[0], element("p", { textContent: word("compare-start") }), allCounties()];
  return counties.length < comparedMost ? [lead[0], ...nextOnes(counties), lead[2]] : lead;
};

function allCounties() {
  const all = comparing.data.counties.map((county) => ({
    county, n: county.applies.filter((place) => comparing.data.concepts[place].cls === "Practice").length }));
  const rows = all.sort((a, b) => inTextOrder(a.county.fragment, b.county.fragment))
    .map(({ county, n }) => panelRow(county, addressOfCounties([county]), word("count.Practice", { n })));
  return element("ul", { className: "plain counties" }, ...rows);
}

function panelRow(county, href, text) {
  const small = element("small", { textContent: text });
  return element("li", {}, element("a", { href }, element("b", {}, nameIn(county)), small));
}

function nextOnes(counties) {
  const found = comparing.data.counties.filter((other) => !counties.includes(other))
    .map((other) => ({ other, n: counties.reduce((sum, county) => sum + shared(county, other).length, 0) }))
    .filter(({ n }) => n).sort((a, b) => b.n - a.n || inTextOrder(a.other.label, b.other.label)).slice(0, 10);
  const rows = found.map(({ other, n }) => (
    panelRow(other, addressOfCounties([...counties, other]), word("shared-n", { n }))));
  return [element("p", { textContent: word("compare-next") }), element("ul", { className: "plain counties" }, ...rows)];
}

document.addEventListener("settings", () => {
  if (view === "compare" && comparing.address) drawCompare();
  else comparing.address = null;
});
