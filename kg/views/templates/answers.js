// Answers of the canned questions out of the page's own rows: a parameter keeps the rows that its query would give.
// An answer is { columns, kinds, rows (text or null), coverage (or null), dates (of articles) }, as from a server.

const asking = graph.asking || {
  questions: [],
  counties: [],
  practices: [],
  base: "",
  latest: "",
  statuses: [],
  types: [],
  patterns: {},
};
const questions = new Map(asking.questions.map((question) => [question.name, question]));
const countyRank = /(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$/u;
const unpacked = new Map();

// Texts and addresses that the rows count by their numbers.
const texts = graph.answers ? graph.answers.texts.map(wordingOf) : [];
const iris = graph.answers
  ? graph.answers.addresses.map((name) => (name.includes("://") ? name : asking.base + name))
  : [];
const aliasesOf = new Map();
for (const [number, alias] of graph.answers ? graph.answers.aliases : []) {
  const iri = iris[number];
  if (!aliasesOf.has(iri)) aliasesOf.set(iri, []);
  aliasesOf.get(iri).push(alias);
}

const dates = graph.answers
  ? Object.fromEntries(graph.answers.dates.map(([number, date]) => [iris[number], date]))
  : {};

function wordingOf(entry) {
  if (typeof entry === "number") return graph.things[entry].label;
  return typeof entry === "string" ? entry : graph.things[entry[0]].sentences[entry[1]].text;
}

// All rows of a question, of every status; throws where the page does not carry them.
function allRows(name) {
  if (!unpacked.has(name)) {
    const packed = graph.answers && graph.answers.answers[name];
    if (!packed || !packed.rows) throw new Error(word("ask-not-carried", { name }));
    const { columns, rows: cells } = packed;
    const lists = columns.map((column) => (column.endsWith("Iri") ? iris : texts));
    const rows = [];
    for (let at = 0; at < cells.length; at += columns.length) {
      rows.push(lists.map((list, place) => (cells[at + place] < 0 ? null : list[cells[at + place]])));
    }
    unpacked.set(name, rows);
  }
  return unpacked.get(name);
}

// The counties that a text names, as kg.graph.counties finds them: the first of four ways that fits decides.
function countiesCalled(text) {
  const inOrder = (name) => {
    let at = 0;
    for (const sign of name) if (sign === [...text][at]) at += 1;
    return at === [...text].length;
  };
  const long = [...text].length > 1;
  const ways = [
    ([, name, code]) => text !== "" && (text === name || text === code),
    ([, name]) => text === name.replace(countyRank, ""),
    ([, name]) => long && name.startsWith(text),
    ([, name]) => long && inOrder(name),
  ];
  for (const fits of ways) {
    const found = asking.counties.filter(fits);
    if (found.length) return found;
  }
  return [];
}

function countyIris(text) {
  const found = countiesCalled(text);
  const several = [...new Set(found.map(([, name]) => name))];
  if (!found.length) throw new Error(word("ask-no-county", { text }));
  if (several.length > 1) throw new Error(word("ask-which-county", { text, names: several.join("、") }));
  return [...new Set(found.map(([iri]) => iri))];
}

// The values that a parameter allows, null where it allows all; throws where `value` is none of its type.
function allowed({ name, type, default: otherwise }, value) {
  if (value === undefined) return otherwise.length ? otherwise : null;
  if (type === "county") return countyIris(value);
  if (type === "text") return value ? [value] : null;
  if (type === "status" && value === "all") return null;
  const right = {
    integer: () => /^[0-9]{1,9}$/.test(value),
    date: () => /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value),
    status: () => asking.statuses.includes(value),
    type: () => asking.types.includes(value),
  };
  if (!right[type]()) throw new Error(word(`ask-wrong-${type}`, { text: value, name }));
  return [value];
}

const passes = {
  is: (cell, value) => cell === value,
  holds: (cell, value) => cell.includes(value),
  from: (cell, value, number) => (number ? Number(cell) >= Number(value) : cell >= value),
  to: (cell, value) => cell <= value,
};

// Whether a row answers to one of the parameter's values by one of its tests; what is unbound answers to nothing.
function tester({ tests, type }, columns, values) {
  if (!values) return () => true;
  const at = (column) => columns.indexOf(column);
  return (row) =>
    tests.some(([test, column]) =>
      values.some((value) => {
        if (test === "alias") return (aliasesOf.get(row[at(`${column}Iri`)]) || []).includes(value);
        const cell = row[at(column)];
        return cell !== null && passes[test](cell, value, type === "integer");
      }),
    );
}

function answerOf(name, values = {}) {
  const question = questions.get(name);
  if (!question) throw new Error(word("ask-no-question", { name }));
  const { columns, parameters, counted } = question;
  const tests = new Map(
    parameters.map((parameter) => [
      parameter.name,
      tester(parameter, columns, allowed(parameter, values[parameter.name])),
    ]),
  );
  let rows = allRows(name);
  if (counted) rows = recounted(rows.filter(tests.get("status")), columns, counted);
  rows = rows.filter((row) => [...tests.values()].every((test) => test(row)));
  const { kinds } = graph.answers.answers[name];
  return { columns, kinds, rows, dates, coverage: coverageOf(question, values, rows) };
}

// The rows with their count made anew, the highest first; what counts alike stays in its order.
function recounted(rows, columns, [count, per, what]) {
  const [at, group, member] = [count, per, what].map((column) => columns.indexOf(column));
  const sets = new Map();
  for (const row of rows) sets.set(row[group], (sets.get(row[group]) || new Set()).add(row[member]));
  const size = (row) => sets.get(row[group]).size;
  return rows
    .map((row) => row.map((cell, place) => (place === at ? String(size(row)) : cell)))
    .sort((a, b) => Number(b[at]) - Number(a[at]));
}

// What was read to find the answer, as kg.graph.coverage tells it.
function coverageOf(question, values, rows) {
  if (!question.coverage) return null;
  const county = question.columns.indexOf("countyIri");
  const wanted = values.county === undefined ? null : new Set(countyIris(values.county));
  const read = graph.answers.read.filter(([iri]) => !wanted || wanted.has(iri));
  const found = new Set(rows.map((row) => row[county]));
  const missing = read.filter(([iri]) => !found.has(iri));
  const hasStatus = question.parameters.some(({ name }) => name === "status");
  const mentioned = new Set(
    missing.length && hasStatus && values.status === undefined
      ? answerOf(question.name, { ...values, status: "all" }).rows.map((row) => row[county])
      : [],
  );
  return {
    things: question.coverage,
    articles: read.reduce((sum, [, , articles]) => sum + articles, 0),
    elsewhere: wanted ? 0 : graph.answers.elsewhere,
    found: read.filter(([iri]) => found.has(iri)),
    unrealised: missing.filter(([iri]) => mentioned.has(iri)),
    without: missing.filter(([iri]) => !mentioned.has(iri)),
    narrowed: Object.keys(values).some((name) => name !== "county"),
  };
}

inPage.answer = answerOf;

// The query of a question with the values in it, as kg.graph.questions fills it.
function filledQuery(question, values) {
  const bound = new Map(
    question.parameters
      .filter(({ name }) => values[name] !== undefined)
      .map((parameter) => [
        parameter.variable,
        allowed(parameter, values[parameter.name])?.map((value) => termOf(parameter, value)),
      ]),
  );
  const hole = /VALUES \?(\w+) \{([^}]*)\}|FILTER \(\?(\w+) IN \([^)]*\)\)/g;
  return question.text.replace(hole, (whole, variable, preset, filtered) => {
    const name = variable || filtered;
    if (!bound.has(name)) return preset && preset.trim() === "UNDEF" ? "" : whole;
    const terms = bound.get(name);
    if (!terms) return "";
    return variable ? `VALUES ?${name} { ${terms.join(" ")} }` : `FILTER (?${name} IN (${terms.join(", ")}))`;
  });
}

function termOf({ type }, value) {
  if (type === "county") return `<${value}>`;
  const suffix = { integer: "integer", date: "date" }[type];
  return stringTerm(value) + (suffix ? `^^<http://www.w3.org/2001/XMLSchema#${suffix}>` : "");
}

// A literal of SPARQL and Turtle (SPARQL 1.1, 19.8 STRING_LITERAL2).
function stringTerm(text) {
  const short = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };
  return `"${text.replace(
    /[\u0000-\u001f"\\\u007f]/g,
    (sign) => short[sign] || `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  )}"`;
}
