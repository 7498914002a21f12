// An answer as bars and as days.

// Bars: how many different things each county has; of one county, how many rows each thing has.
let barsBy = "";
let barsCount = "";

function answerBars(question, answer) {
  const counties = new Set(answer.rows.map((row) => keyOf(answer, row, "county"))).size;
  const main = mainColumn(answer);
  const groups = textColumns(answer).filter(
    (column) => !isNumber(answer, column) && !["sentence", "similarSentence", "items", "exact"].includes(column),
  );
  const preset =
    counties < 2 && groups.includes("type")
      ? "type"
      : question.counted || counties < 2 || !answer.columns.includes("county")
        ? main
        : "county";
  const by = groups.includes(barsBy) ? barsBy : preset;
  const amounts = textColumns(answer).filter(
    (column) => isNumber(answer, column) && !["number", "position", "pageStart", "pageEnd", "value"].includes(column),
  );
  const counts = [
    ...new Set([
      by === main ? "county" : main,
      ...groups.filter((column) => column !== by && column !== "status"),
      ...amounts,
    ]),
  ].filter((column) => answer.columns.includes(column) && column !== by);
  const numbers = by === main && counties < 2 ? "" : counts[0];
  const count =
    counts.includes(barsCount) || barsCount === "rows"
      ? barsCount
      : amounts.find((column) => ["articles", "shared"].includes(column)) || numbers || "rows";
  const bars = barsOf(question, answer, by, count);
  const countWord = count === "rows" ? word("ask-count-rows") : columnWord(count);
  const title = word("ask-bars-title", { by: columnWord(by), count: countWord });
  const redraw = () => drawAsk();
  const tools = element(
    "div",
    { className: "chart-tools" },
    labelledBy(
      pickFrom(
        "bars-by",
        groups.map((column) => [column, columnWord(column)]),
        by,
        (value) => {
          barsBy = value;
          redraw();
        },
      ),
      word("ask-by"),
    ),
    labelledBy(
      pickFrom(
        "bars-count",
        [...counts.map((column) => [column, columnWord(column)]), ["rows", word("ask-count-rows")]],
        count,
        (value) => {
          barsCount = value;
          redraw();
        },
      ),
      word("ask-count"),
    ),
  );
  const left = bars.length - chartMost;
  return [
    tools,
    element("figure", {}, barChart(bars.slice(0, chartMost), title, chartWidth())),
    left > 0 ? element("p", { className: "hint", textContent: word("ask-more-bars", { n: left }) }) : null,
  ];
}

function pickFrom(id, choices, value, take) {
  const menu = element(
    "select",
    { id },
    ...choices.map(([key, text]) => element("option", { value: key, textContent: text, selected: key === value })),
  );
  menu.addEventListener("change", () => take(menu.value));
  return menu;
}

function barsOf(question, answer, by, count) {
  const groups = new Map();
  for (const row of answer.rows) {
    const key = keyOf(answer, row, by);
    if (key === null) continue;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  const at = (column) => answer.columns.indexOf(column);
  const amount = (rows) => {
    if (count === "rows") return rows.length;
    if (isNumber(answer, count)) return Math.max(...rows.map((row) => Number(row[at(count)])));
    return new Set(rows.map((row) => keyOf(answer, row, count)).filter(Boolean)).size;
  };
  return [...groups.values()]
    .map((rows) => [
      nameForReader(rows[0][at(`${by}Iri`)], cellText(rows[0][at(by)], by)),
      amount(rows),
      barAddress(question, answer, rows[0], by),
    ])
    .sort((a, b) => b[1] - a[1]);
}

function cellText(value, column) {
  if (column === "status") return statusWord(value);
  if (column === "type") return word(`class.${value}`);
  if (column === "relation") return word(`relation.${value}`);
  return column === "kind" ? word(`kind.${value}`) : value;
}

// Where a bar leads: to the same question of that county, or to the thing.
function barAddress(question, answer, row, by) {
  const isParameter = by === "county" && question.parameters.some(({ name }) => name === "county");
  if (isParameter)
    return askAddress({
      values: { ...asked.values, county: row[answer.columns.indexOf("county")] },
      as: "table",
      said: "",
    });
  const id = idOfIri(row[answer.columns.indexOf(`${by}Iri`)] || "");
  return id === undefined ? null : `#${encodeURIComponent(graph.things[id].fragment)}`;
}

function chartWidth() {
  return Math.max(280, document.getElementById("ask").clientWidth - (innerWidth > 820 ? 48 : 32));
}

// The days of the reports, a line a county.
function answerTime(question, answer) {
  const main = mainColumn(answer);
  const dots = new Map();
  let undated = 0;
  for (const row of answer.rows) {
    const date = dateOf(answer, row);
    if (!date) {
      undated += 1;
      continue;
    }
    const lane = row[answer.columns.indexOf("county")] || word("ask-elsewhere");
    const key = `${date} ${lane}`;
    if (!dots.has(key)) dots.set(key, [date, lane, new Set()]);
    dots.get(key)[2].add(keyOf(answer, row, main));
  }
  const names = new Set(question.parameters.map(({ name }) => name));
  const list = [...dots.values()].map(([date, lane, things]) => [
    date,
    lane,
    things.size,
    names.has("since") && names.has("county") && lane !== word("ask-elsewhere")
      ? askAddress({ values: { ...asked.values, since: date, until: date, county: lane }, as: "table", said: "" })
      : null,
  ]);
  const chart = timeChart(list, word("ask-time-title"), chartWidth());
  return [
    element(
      "figure",
      {},
      element("figcaption", { textContent: `${word("ask-time-title")} · ${columnWord(main)}` }),
      chart,
    ),
    undated ? element("p", { className: "hint", textContent: word("ask-undated", { n: undated }) }) : null,
  ];
}
