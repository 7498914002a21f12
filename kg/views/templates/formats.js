// An answer as a file: CSV, Markdown or Turtle, in the forms of `kg query`.

const fileTypes = { csv: "text/csv", md: "text/markdown", ttl: "text/turtle", rq: "application/sparql-query" };

function textColumns({ columns }) {
  return columns.filter((column) => !(column.endsWith("Iri") && columns.includes(column.slice(0, -3))));
}

// All columns, lines ended by CR LF; a text that a spreadsheet would run as a formula gets an apostrophe.
function answerCsv({ columns, rows }) {
  const cell = (value) => {
    const text = value ?? "";
    const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[0-9.]+$/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

// A table without the address columns, then what was read; no text breaks out of its place.
function answerMarkdown(answer, notes = []) {
  const names = textColumns(answer);
  const places = names.map((name) => answer.columns.indexOf(name));
  const cell = (value) =>
    (value ?? "")
      .replace(/[\\`*_[\]<>|#&]/g, "\\$&")
      .split(/[\s\u001c-\u001f\u0085]+/)
      .filter(Boolean)
      .join(" ");
  const lines = [names, names.map(() => "---"), ...answer.rows.map((row) => places.map((at) => row[at]))];
  return [
    ...lines.map((line) => `| ${line.map(cell).join(" | ")} |\n`),
    ...notes.map((note) => `\n${cell(note)}\n`),
  ].join("");
}

// What the graph says of the answer's things and of the sentences that prove it, as Turtle.
function answerTurtle({ columns, rows }) {
  const at = Object.fromEntries(columns.map((column, place) => [column, place]));
  const ids = rows.flatMap((row) =>
    columns.filter((column) => column.endsWith("Iri")).map((column) => idOfIri(row[at[column]] || "")),
  );
  const quotes = rows
    .filter((row) => row[at.sentenceIri] && row[at.sentence])
    .map((row) =>
      [
        `${iri(row[at.sentenceIri])} a dj:Mention`,
        `dj:inArticle ${iri(row[at.articleIri])}`,
        `dj:sentence ${literal(row[at.sentence])}@zh .\n`,
      ].join(" ;\n    "),
    );
  return [toTurtle([...new Set(ids)].filter((id) => id !== undefined)), ...new Set(quotes)].join("\n");
}

function idOfIri(address) {
  return byFragment.get(fragmentOf(address));
}

function fragmentOf(address) {
  return asking.base && address.startsWith(asking.base) ? address.slice(asking.base.length) : address;
}

function saveButton(name, ending, textOf) {
  const button = element("button", { type: "button", className: "save", textContent: word("save") });
  button.setAttribute("aria-label", word("save-as", { name: `${name}.${ending}` }));
  const mark = ending === "csv" ? "\ufeff" : ""; // by which Excel knows UTF-8
  button.addEventListener("click", async () => {
    const text = await textOf();
    download(mark + text, `${fileTypes[ending]};charset=utf-8`, ending, name);
  });
  return button;
}
