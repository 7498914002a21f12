// An answer as a table: every name a link, the sentences with what they prove set off.

const rowsOnPage = 50;

// The table: sorted by the column that the address names, page by page.
function answerTable(question, answer) {
  const all = textColumns(answer);
  const filled = all.filter((column) => answer.rows.some((row) => row[answer.columns.indexOf(column)] !== null));
  const empty = all.filter((column) => !filled.includes(column));
  const rows = sortedRows(answer);
  const first = Math.min((asked.page - 1) * rowsOnPage, Math.floor((rows.length - 1) / rowsOnPage) * rowsOnPage);
  const page = printing ? rows : rows.slice(first, first + rowsOnPage);
  const head = element("tr", {}, ...filled.map((column) => headCell(answer, column)));
  const body = page.map((row, at) =>
    element("tr", {}, ...filled.map((column) => bodyCell(answer, row, page[at - 1], column))),
  );
  const caption = element("caption", {
    className: "visually-hidden",
    textContent: question.title[settings.language],
  });
  const table = element(
    "table",
    { className: "answer" },
    caption,
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
  return [element("div", { className: "scroll" }, withRoles(table)), pager(first, rows.length), emptyNote(empty)];
}

const tableRoles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };

// On a narrow screen the rows are drawn as cards, which takes their meaning from them; the roles give it back.
function withRoles(table) {
  for (const part of [table, ...table.querySelectorAll(Object.keys(tableRoles).join())]) {
    part.setAttribute("role", tableRoles[part.localName]);
  }
  return table;
}

function emptyNote(columns) {
  if (!columns.length) return null;
  const names = columns.map(columnWord).join(settings.language === "zh" ? "、" : ", ");
  return element("p", { className: "hint", textContent: word("ask-empty-columns", { names }) });
}

function isNumber({ columns, kinds }, column) {
  return ["integer", "decimal"].includes(kinds[columns.indexOf(column)]);
}

function sortedRows(answer) {
  const column = asked.sort.replace(/^-/, "");
  const at = answer.columns.indexOf(column);
  if (at < 0) return answer.rows;
  const up = asked.sort.startsWith("-") ? -1 : 1;
  const compare = isNumber(answer, column)
    ? (a, b) => Number(a) - Number(b)
    : new Intl.Collator("zh-CN", { numeric: true }).compare;
  return [...answer.rows].sort((a, b) => {
    if (a[at] === null || b[at] === null) return Number(a[at] === null) - Number(b[at] === null);
    return up * compare(a[at], b[at]);
  });
}

function headCell(answer, column) {
  const name = columnWord(column);
  const sorted =
    asked.sort.replace(/^-/, "") === column ? (asked.sort.startsWith("-") ? "descending" : "ascending") : "none";
  const link = element("a", {
    id: `sort-${column}`,
    href: askAddress({ sort: sorted === "ascending" ? `-${column}` : column }),
    textContent: name,
  });
  link.setAttribute("aria-label", word("ask-sort", { name }));
  const cell = element("th", { scope: "col", className: isNumber(answer, column) ? "number" : "" }, link);
  cell.setAttribute("aria-sort", sorted);
  return cell;
}

function bodyCell(answer, row, above, column) {
  const at = answer.columns.indexOf(column);
  const cell = element("td", { className: isNumber(answer, column) ? "number" : `column-${column}` });
  cell.dataset.name = columnWord(column);
  if (row[at] === null) {
    cell.classList.add("empty");
    return cell;
  }
  if (above && isSaidAbove(answer, row, above, column)) cell.classList.add("again");
  cell.append(element("div", {}, ...cellContent(answer, row, column)));
  return cell;
}

// Whether the row above says the same of the same county.
function isSaidAbove(answer, row, above, column) {
  const again = ["county", mainColumn(answer), "article", "sentence"];
  return (
    again.includes(column) &&
    [column, "county"].every((name) => keyOf(answer, row, name) === keyOf(answer, above, name))
  );
}

function cellContent(answer, row, column) {
  const value = row[answer.columns.indexOf(column)];
  const address = row[answer.columns.indexOf(`${column}Iri`)];
  if (column === "status") return [value === "done" ? statusWord(value) : statusBadge([value])];
  if (column === "type") return [glyphOf(value), word(`class.${value}`)];
  if (column === "relation") return [word(`relation.${value}`)];
  if (column === "kind") return [word(`kind.${value}`)];
  if (column === "approximate") return value === "true" ? [word("answer.true")] : [];
  if (column === "sentence" || column === "similarSentence")
    return sentenceParts(value, marksOf(answer, row, column));
  if (isNumber(answer, column)) return [grouped(value)];
  return [address ? linkToIri(address, value, row[answer.columns.indexOf("sentenceIri")]) : printed(value)];
}

const sentenceRoom = 130;

// A sentence with its names set off; of a long one the stretch around the first of them, the rest on demand.
function sentenceParts(text, marks) {
  if (text.length <= sentenceRoom) return highlighted(text, marks);
  const at = Math.max(
    0,
    Math.min(...marks.map((mark) => text.indexOf(mark)).filter((place) => place >= 0), text.length),
  );
  const from = at === text.length || at < sentenceRoom / 2 ? 0 : at - Math.round(sentenceRoom / 3);
  const piece = text.slice(from, from + sentenceRoom).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
  const short = element(
    "summary",
    {},
    from ? "…" : "",
    ...highlighted(piece, marks),
    from + sentenceRoom < text.length ? "…" : "",
  );
  return [element("details", { className: "long" }, short, ...highlighted(text, marks))];
}

function glyphOf(cls) {
  return graph.shapes[cls] ? glyph(cls) : "";
}

// The wordings of the row's thing in its sentence.
function marksOf(answer, row, column) {
  if (column === "similarSentence") return [];
  const names = ["exact", "thing", "figure", mainColumn(answer), "entity"].filter((name) =>
    answer.columns.includes(name),
  );
  return names
    .flatMap((name) => {
      const id = idOfIri(row[answer.columns.indexOf(`${name}Iri`)] || "");
      const text = row[answer.columns.indexOf(name)];
      return [text, ...(id === undefined ? [] : graph.things[id].aliases)];
    })
    .filter(Boolean);
}

function pager(first, n) {
  if (n <= rowsOnPage) return null;
  const page = first / rowsOnPage + 1;
  const link = (key, to) => {
    if (to < 1 || (to - 1) * rowsOnPage >= n)
      return element("span", { className: "way off", textContent: word(key) });
    return element("a", { className: "way", id: key, textContent: word(key), href: askAddress({ page: to }) });
  };
  const nav = element(
    "nav",
    { className: "pager" },
    link("ask-previous", page - 1),
    element("span", { textContent: word("ask-page", { from: first + 1, to: Math.min(first + rowsOnPage, n), n }) }),
    link("ask-next", page + 1),
  );
  nav.setAttribute("aria-label", word("ask-pages"));
  return nav;
}
