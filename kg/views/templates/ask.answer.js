// The answer of a question: how much there is, what was read for it, ways to see it, its query, and files of it.

const plainColumns = ["county", "article", "sentence", "similarArticle", "similarSentence"];
let answering = 0; // counts what was asked, so that a late answer does not replace a newer one
let answered = null; // draws the present answer once more

async function drawAskAnswer(question, box) {
  const turn = (answering += 1);
  const { values } = asked;
  try {
    const answer = await source.answer(question.name, values);
    if (turn !== answering) return;
    answered = () => box.replaceChildren(...answerParts(question, answer).filter((part) => part !== null));
    answered();
  } catch (error) {
    box.replaceChildren(element("p", { className: "notice lost", textContent: error.message }));
  }
}

document.addEventListener("printing", () => {
  if (view === "ask" && answered) answered();
});

function answerParts(question, answer) {
  const ways = waysOf(answer);
  const way = ways.includes(asked.as) ? asked.as : "table";
  const shown = { table: answerTable, bars: answerBars, time: answerTime };
  return [
    summary(question, answer, ways, way),
    answer.total > answer.rows.length
      ? element("p", {
          className: "hint",
          textContent: word("ask-cut", { n: answer.rows.length, total: answer.total, name: question.name }),
        })
      : null,
    answer.coverage ? coverageLines(answer.coverage) : null,
    ...(answer.rows.length ? shown[way](question, answer) : [nothingThere()]),
    takeAway(question, answer),
    queryPart(question),
  ];
}

function nothingThere() {
  return element(
    "p",
    { className: "notice" },
    element("b", { textContent: word("ask-nothing") }),
    " ",
    word("ask-nothing-hint"),
  );
}

// The column of what the answer is about: its first name that has an address and is no county, article or sentence.
function mainColumn({ columns }) {
  return (
    columns.find((column) => !plainColumns.includes(column) && columns.includes(`${column}Iri`)) ||
    (columns.includes("articleIri") ? "article" : "county")
  );
}

function waysOf(answer) {
  return ["table", "bars", ...(answer.rows.some((row) => dateOf(answer, row)) ? ["time"] : [])];
}

function dateOf({ columns, dates: known }, row) {
  const date = columns.indexOf("date");
  return date >= 0 ? row[date] : known[row[columns.indexOf("articleIri")]] || null;
}

// How much there is, and the ways to see it.
function summary(question, answer, ways, way) {
  const different = (column) => new Set(answer.rows.map((row) => keyOf(answer, row, column)).filter(Boolean)).size;
  const told = [...new Set([mainColumn(answer), "county"])]
    .filter((column) => words[`ask-count.${column}`] && answer.columns.includes(column))
    .map((column) => word(`ask-count.${column}`, { n: different(column) }));
  const switches = [...ways, "picture"].map((name) => {
    const link = element("a", { textContent: word(`ask-as.${name}`), className: "way" });
    link.href =
      name === "picture" ? addressOf("network", ["ask", question.name], asked.values) : askAddress({ as: name });
    if (name === way) link.setAttribute("aria-current", "true");
    return link;
  });
  const nav = element("nav", { className: "ways" }, ...switches);
  nav.setAttribute("aria-label", word("ask-view"));
  const text = [...told, word("ask-rows", { n: answer.rows.length })].join(" · ");
  return element("div", { className: "summary" }, element("p", { id: "ask-summary", textContent: text }), nav);
}

// What a cell is told apart by: its address where it has one.
function keyOf({ columns }, row, column) {
  const address = columns.indexOf(`${column}Iri`);
  return address >= 0 && row[address] ? row[address] : row[columns.indexOf(column)];
}

function columnWord(column) {
  return words[`column.${column}`] ? word(`column.${column}`) : column;
}

function coverageLines(coverage) {
  const [zh, en] = coverage.things;
  const named = settings.language === "zh" ? zh : en;
  const things = coverage.narrowed ? word("ask-that-fits", { things: named }) : named;
  const counties = coverage.found.length + coverage.unrealised.length + coverage.without.length;
  const text = word("ask-read", { counties, articles: coverage.articles, found: coverage.found.length, things });
  const elsewhere = coverage.elsewhere ? word("ask-read-elsewhere", { n: coverage.elsewhere }) : "";
  const line = element("p", {
    textContent: [text, elsewhere, word("ask-absence")].filter(Boolean).join(settings.language === "zh" ? "" : " "),
  });
  const lists = [
    ["ask-unrealised", coverage.unrealised],
    ["ask-without", coverage.without],
  ]
    .filter(([, list]) => list.length)
    .map(([key, list]) =>
      element(
        "details",
        { open: asked.as === "without" },
        element("summary", { textContent: word(key, { n: list.length }) }),
        countyList(list),
      ),
    );
  const box = element("section", { className: "coverage" }, line, ...lists);
  box.setAttribute("aria-label", word("ask-coverage"));
  return box;
}

function countyList(counties) {
  return element(
    "ul",
    { className: "chips" },
    ...counties.map(([iri, name, articles]) =>
      element(
        "li",
        {},
        linkToIri(iri, name),
        element("small", { textContent: ` ${word("ask-articles", { n: articles })}` }),
      ),
    ),
  );
}

// A name that leads to its thing, to its article, or nowhere.
function linkToIri(iri, text, mention) {
  const id = idOfIri(iri);
  const sign = id === undefined ? null : glyph(graph.things[id].cls);
  if (id !== undefined || (served.has("around") && !/\/id\/(?:article|mention|page)\//.test(iri))) {
    return element(
      "a",
      { className: "row-link", href: `#${encodeURIComponent(fragmentOf(iri))}` },
      sign,
      printed(nameForReader(iri, text)),
    );
  }
  const article = /\/id\/article\/(.+)$/.exec(iri);
  if (!article || !(graph.reading || served.has("article"))) return printed(text);
  const at = /\/(\d+)-\d+\//.exec(mention || "");
  return element(
    "a",
    { href: addressOf("read", article[1].split("/").map(decodeURIComponent), at ? { at: at[1] } : {}) },
    printed(text),
  );
}

// The English name of what has one, for a reader of English.
function nameForReader(iri, text) {
  const thing = graph.things[idOfIri(iri || "")];
  return settings.language === "en" && thing && thing.en ? thing.en : text;
}

function printed(text) {
  return element("span", { className: "name", textContent: text, lang: "zh-CN" });
}

function takeAway(question, answer) {
  const notes = answer.coverage
    ? [document.querySelector(".coverage p")].filter(Boolean).map((line) => line.textContent)
    : [];
  const { values } = asked;
  const fileOf = async (format) => (await source.file(question.name, values, format)).replace(/^\ufeff/, "");
  const forms = [
    ["CSV", "csv", () => (answer.total > answer.rows.length ? fileOf("csv") : answerCsv(answer))],
    ["Markdown", "md", () => answerMarkdown(answer, notes)],
    ...(graph.statements ? [["Turtle", "ttl", () => answerTurtle(answer)]] : []),
    ...(served.has("file") ? [["Turtle", "ttl", () => fileOf("ttl")]] : []),
  ];
  return element(
    "section",
    { className: "answer-files" },
    element("h3", { textContent: word("ask-take") }),
    files(forms, question.name),
  );
}

// A list of forms [title, ending, its text], each to be copied and to be saved.
function files(forms, name) {
  const items = forms.map(([title, ending, textOf]) => {
    const copy = copyButton(textOf);
    copy.setAttribute("aria-label", word("copy-format", { name: title }));
    return element("li", {}, element("span", { textContent: title }), copy, saveButton(name, ending, textOf));
  });
  return element("ul", { className: "plain files" }, ...items);
}
