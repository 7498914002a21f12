// Two to four counties side by side: one table, a column a county, rows of practices, themes, initiatives and figures.

function sideBySide(chosen, concepts, details) {
  const names = chosen.map(labelIn).join(settings.language === "zh" ? "、" : ", ");
  const table = element("table", { className: "side" },
    element("caption", { className: "visually-hidden", textContent: word("side-caption", { names }) }),
    sideHead(chosen), ...overviewRows(chosen, concepts, details), ...practiceGroups(chosen, concepts, details),
    themeRows(chosen, concepts, details), otherRows(chosen, details), ...figureGroups(details));
  const frame = element("div", { className: "side-frame", tabIndex: 0 }, table);
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", word("compare-side"));
  table.style.setProperty("--counties", chosen.length);
  return [balance(chosen, concepts), frame, element("p", { className: "side-note", textContent: word("side-note") })];
}

function labelIn({ label, en }) {
  return settings.language === "en" && en ? en : label;
}

function nameIn(thing) {
  return element("span", { className: "name", lang: "zh-CN", textContent: labelIn(thing) });
}

function linkIn(thing) {
  const link = element("a", { className: "row-link" }, glyph(thing.cls), nameIn(thing));
  link.href = `#${encodeURIComponent(thing.fragment)}`;
  return link;
}

function sideHead(chosen) {
  const corner = element("th", { scope: "col" }, unseen(word("side-row")));
  return element("thead", {}, element("tr", {}, corner, ...chosen.map((county) => element("th", { scope: "col" },
    linkIn(county), element("small", { className: "name", lang: "zh-CN", textContent: county.within.join(" · ") })))));
}

// Words for who listens only.
function unseen(textContent) {
  return element("span", { className: "visually-hidden", textContent });
}

// How many of the counties' practices are of all, of some and of one alone, as a bar.
function balance(chosen, concepts) {
  const practices = spreadOf(concepts, chosen, "Practice");
  const owners = practices.map(({ place }) => chosen.filter(({ applies }) => applies.includes(place)));
  const count = (fits) => owners.filter(fits).length;
  const parts = [
    ["shared", word("balance-shared"), count(({ length }) => length === chosen.length)],
    ["some", word("balance-some"), count(({ length }) => length > 1 && length < chosen.length)],
    ...chosen.map((county) => ["only", word("balance-only", { name: labelIn(county) }),
      count((of) => of.length === 1 && of[0] === county)]),
  ].filter(([kind, , n]) => n || kind === "shared");
  const bar = element("ul", { className: "balance" }, ...parts.map(([kind, label, n]) => {
    const part = element("li", { className: kind }, element("b", { textContent: n }),
      element("span", { className: "name", textContent: label }));
    part.style.flexGrow = n;
    return part;
  }));
  bar.setAttribute("aria-label", word("balance"));
  return bar;
}

function sideGroup(key, values, rows, className = "") {
  const title = element("th", { scope: "rowgroup", textContent: word(key, values) });
  title.colSpan = values.columns + 1;
  return element("tbody", { className }, element("tr", { className: "side-group" }, title), ...rows);
}

function sideRow(head, cells, className = "") {
  return element("tr", { className }, element("th", { scope: "row" }, head), ...cells.map((content) => (
    content.length ? element("td", {}, ...content) : absent())));
}

function absent() {
  return element("td", { className: "absent" }, unseen(word("side-absent")),
    element("span", { ariaHidden: "true", textContent: "–" }));
}

function overviewRows(chosen, concepts, details) {
  const number = (n) => (n ? [element("span", { className: "amount", textContent: n })] : []);
  const practices = ({ applies }) => applies.filter((place) => concepts[place].cls === "Practice").length;
  const rows = [sideRow(word("side-articles"), chosen.map(({ articles }) => number(articles))),
    sideRow(word("side-practices"), chosen.map((county) => number(practices(county))))];
  for (const cls of comparedClasses) {
    const label = element("span", { className: "row-link" }, glyph(cls), word(`class.${cls}`));
    const amounts = details.map(({ own }) => own.filter((thing) => thing.cls === cls).length);
    if (amounts.some(Boolean)) rows.push(sideRow(label, amounts.map(number)));
  }
  return [sideGroup("side-overview", { columns: chosen.length }, rows, "side-numbers")];
}

// Practices of all chosen counties first, then of some, then of one alone; each cell the county's own names for it.
function practiceGroups(chosen, concepts, details) {
  const columns = chosen.length;
  const rows = spreadOf(concepts, chosen, "Practice").filter(({ n }) => n);
  const groups = [
    [columns === 2 ? "side-both" : "side-all", rows.filter(({ n }) => n === columns), "of-all"],
    ["side-some", rows.filter(({ n }) => n > 1 && n < columns), "of-some"],
    ["side-alone", rows.filter(({ n }) => n === 1).sort((a, b) => firstOwner(a) - firstOwner(b)), "of-one"],
  ];
  const cells = (place) => details.map((detail, at) => (
    chosen[at].applies.includes(place) ? casesIn(detail, place) : []));
  return groups.filter(([, found]) => found.length).map(([key, found, className]) => sideGroup(key,
    { n: columns, columns }, found.map(({ concept, place }) => sideRow(linkIn(concept), cells(place))), className));

  function firstOwner({ place }) { return chosen.findIndex(({ applies }) => applies.includes(place)); }
}

function casesIn({ cases, own }, place) {
  const realised = cases[place] || [];
  const known = new Set(realised.map(({ fragment }) => fragment));
  const others = own.filter(({ fragment, concepts }) => concepts.includes(place) && !known.has(fragment));
  return foldedList([...realised.map(caseIn), ...others.map(lineIn)], 4);
}

function lineIn(thing) {
  return element("p", { className: "case" }, linkIn(thing), statusBadge(thing.statuses));
}

// A county's own name for a practice; opened, the sentence that proves it.
function caseIn(found) {
  const head = element("summary", {}, glyph(found.cls), nameIn(found), statusBadge(found.statuses));
  return element("details", { className: "case" }, head, ...proofOf(found));
}

function proofOf(found) {
  const open = element("a", { textContent: word("side-open") });
  open.href = `#${encodeURIComponent(found.fragment)}`;
  return [element("blockquote", { lang: "zh-CN" }, ...highlighted(found.text, found.marks), sourceLine(found.article)),
    element("p", { className: "case-open" }, open)];
}

function sourceLine(article) {
  const { headline, newspaper, date, page } = article;
  const said = [headline ? `《${headline}》` : word("untitled"), newspaper, date, page].filter(Boolean);
  return element("footer", {}, ...said.flatMap((part, at) => [
    at ? " · " : "", element("span", { className: "name", textContent: part })]));
}

function foldedList(items, many) {
  if (items.length <= many + 1) return items;
  return [...items.slice(0, many), element("details", { className: "more" },
    element("summary", { textContent: word("side-more", { n: items.length - many }) }), ...items.slice(many))];
}

function themeRows(chosen, concepts, details) {
  const cells = (place) => chosen.map(({ applies }, at) => (
    applies.includes(place) ? themeCell(details[at].cases[place] || []) : []));
  const rows = spreadOf(concepts, chosen, "Theme").filter(({ n }) => n).sort((a, b) => b.n - a.n || a.place - b.place)
    .map(({ concept, place, n }) => sideRow(linkIn(concept), cells(place), n === chosen.length ? "shared-row" : ""));
  return sideGroup("side-themes", { columns: chosen.length }, rows);
}

function themeCell(cases) {
  const head = element("summary", { textContent: word("side-articles-n", { n: cases.length }) });
  return [element("details", { className: "case" }, head,
    ...cases.map(({ article }) => element("blockquote", { lang: "zh-CN" }, sourceLine(article))))];
}

// What is a case of no recurring practice, class by class.
function otherRows(chosen, details) {
  const rows = comparedClasses.flatMap((cls) => {
    const lists = details.map(({ own }) => own.filter((thing) => thing.cls === cls && !thing.concepts.length));
    const label = element("span", { className: "row-link" }, glyph(cls), word(`class.${cls}`));
    const cells = lists.map((list) => foldedList(list.map(lineIn), 6));
    return lists.some((list) => list.length) ? [sideRow(label, cells)] : [];
  });
  return sideGroup("side-other", { columns: chosen.length }, rows);
}

function figureGroups(details) {
  const columns = details.length;
  const { matching, single } = figureRows(details.map(({ figures }) => figures));
  const rows = (list) => list.map(({ of, unit, cells }) => sideRow(objectName(of),
    cells.map((found) => found.map((figure) => figureIn(figure, of, unit)))));
  const none = element("td", { className: "absent", textContent: word("side-no-figures") });
  none.colSpan = columns + 1;
  const found = matching.length ? rows(matching) : [element("tr", {}, none)];
  return [sideGroup("side-figures", { columns }, found, "side-figures"),
    ...(single.length ? [singleFigures(single, columns)] : [])];
}

function objectName(of) {
  return element("span", { className: "name", lang: "zh-CN", textContent: of });
}

// A figure with its sentence; it names its own object where that says more than the row's.
function figureIn(figure, of) {
  const about = figure.approximate ? `${word("approximately")} ` : "";
  const textContent = `${about}${grouped(figure.value)}\u00a0${figure.unit}`;
  const own = figure.of === of ? null : element("small", {}, objectName(figure.of));
  const amount = element("b", { className: "amount name", textContent });
  const head = element("summary", {}, amount, own, statusBadge([figure.status]));
  return element("details", { className: "case figure" }, head,
    element("blockquote", { lang: "zh-CN" }, ...highlighted(figure.sentence, [figure.text])));
}

function singleFigures(rows, columns) {
  const cells = Array.from({ length: columns }, (_, column) => rows.flatMap((row) => row.cells[column]));
  const lists = cells.map((list) => foldedList(list.map((figure) => figureIn(figure, "")), 3));
  return sideGroup("side-figures-single", { columns }, [sideRow(word("figures"), lists)], "side-figures");
}
