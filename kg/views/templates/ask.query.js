// The query of an answer: shown as text in a file; where a server is at hand, to be changed and asked in place.

const queries = new Map();  // by the query that the conditions give: what the reader made of it and what came of it
const resultRows = 200;

// The query without the header, which only says what stands above, and the lines that no value fills.
function queryOf(question) {
  return filledQuery(question, asked.values).replace(/^(?:#.*\n)+/, "").replace(/^ +\n/gm, "");
}

function queryPart(question) {
  const given = queryOf(question);
  return element("details", { className: "sparql", id: "ask-sparql", open: Boolean(queries.get(given)) },
    element("summary", { textContent: word("ask-sparql") }),
    ...(graph.served ? editor(question, given) : plainQuery(question, given)));
}

function plainQuery(question, given) {
  const code = element("pre", { tabIndex: 0 }, element("code", { textContent: given, dir: "ltr" }));
  code.setAttribute("aria-label", word("ask-sparql"));
  const hint = element("p", { className: "hint" }, word("ask-sparql-hint"), " ", copyButton(() => given), " ",
    saveButton(question.name, "rq", () => given));
  return [hint, code];
}

// A box with the query, and its answer below; Ctrl and Enter run it, a second press stops it.
function editor(question, given) {
  const known = queries.get(given) || {};
  const box = element("textarea", { id: "ask-query", value: known.text ?? given, spellcheck: false, dir: "ltr",
    rows: Math.min(given.split("\n").length + 1, 18) });
  box.setAttribute("aria-label", word("ask-sparql"));
  const result = element("div", { id: "ask-result" });
  const run = element("button", { type: "button", id: "ask-run", textContent: word("ask-run") });
  const reset = element("button", { type: "button", id: "ask-original", textContent: word("ask-original") });
  const elsewhere = element("a", { id: "ask-elsewhere", textContent: word("served-edit") });
  const text = () => box.value;
  const follow = () => {
    elsewhere.href = `/sparql?${new URLSearchParams({ query: text() })}`;
    reset.hidden = text() === given;
    if (queries.has(given) || !reset.hidden) queries.set(given, { ...queries.get(given), text: text() });
  };
  box.addEventListener("input", follow);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run.click(); }
  });
  reset.addEventListener("click", () => {
    box.value = given;
    queries.delete(given);
    result.replaceChildren();
    follow();
    box.focus();
  });
  run.addEventListener("click", () => runQuery(given, text(), run, result));
  if (known.result) result.replaceChildren(...resultParts(known.result));
  follow();
  return [limitsLine(), box, element("p", { className: "query-tools" }, run, reset, copyButton(text),
    saveButton(question.name, "rq", text), elsewhere), result];
}

// What one query may take, as the server says it.
function limitsLine() {
  const line = element("p", { className: "hint", textContent: word("ask-edit-hint") });
  fetched("/api/limits").then(({ seconds, rows }) => {
    const textContent = word("ask-limits", { seconds, rows: grouped(String(rows)) });
    line.append(" ", element("span", { id: "ask-limits", textContent }));
  }).catch(() => { /* a server that does not answer says so when the query is run */ });
  return line;
}

const running = { given: null, stop: null };  // the query that the server is answering

async function runQuery(given, text, run, box) {
  if (running.given === given) { running.stop.abort(); return; }
  running.stop?.abort();
  const stop = new AbortController();
  Object.assign(running, { given, stop });
  run.textContent = word("ask-stop");
  box.replaceChildren(element("p", { className: "hint", role: "status", textContent: word("ask-running") }));
  const result = await source.sparql(text, stop.signal).catch(({ kind, message }) => ({ kind, message }));
  if (running.stop === stop) running.given = null;
  run.textContent = word("ask-run");
  queries.set(given, { text, result });
  box.replaceChildren(...resultParts(result));
  document.getElementById("status").textContent = box.textContent.slice(0, 200);
}

function resultParts(result) {
  if (result.message !== undefined) return [failureLine(result)];
  if (result.truth !== undefined) return [resultHead(word(`ask-truth.${result.truth}`))];
  if (result.turtle !== undefined) return turtleParts(result);
  const forms = [["CSV", "csv", () => answerCsv(result)], ["Markdown", "md", () => answerMarkdown(result)]];
  const n = result.rows.length;
  return [resultHead(n ? word("ask-rows", { n }) : word("ask-no-rows")), cutLine(result),
    ...(n ? [resultTable(result), files(forms, "query")] : [])].filter(Boolean);
}

function turtleParts(result) {
  const code = element("pre", { tabIndex: 0 }, element("code", { textContent: result.turtle, dir: "ltr" }));
  return [resultHead("Turtle"), cutLine(result), code, files([["Turtle", "ttl", () => result.turtle]], "query")];
}

function resultHead(textContent) {
  return element("h3", { className: "result-head", tabIndex: -1, textContent });
}

function cutLine({ cut }) {
  return cut ? element("p", { className: "hint", textContent: word("ask-result-cut", { n: cut }) }) : "";
}

function failureLine({ kind, message }) {
  const known = words[`ask-failure.${kind}`] ? kind : "other";
  const reason = element("span", { textContent: message });
  if (known !== "other") reason.lang = "en"; // the endpoint's own words
  return element("p", { className: "notice lost", role: "alert" },
    element("b", { textContent: word(`ask-failure.${known}`) }), " ", reason);
}

// A table of whatever was asked for: an address beside its text becomes a link, an address alone a short name.
function resultTable(result) {
  const names = textColumns(result);
  const numbers = new Set(names.filter((name) => isNumber(result, name)));
  const head = element("tr", {}, ...names.map((name) => (
    element("th", { scope: "col", textContent: name, className: numbers.has(name) ? "number" : "" }))));
  const rows = printing ? result.rows : result.rows.slice(0, resultRows);
  const body = element("tbody", {}, ...rows.map((row) => resultRow(result, row, names, numbers)));
  const caption = element("caption", { className: "visually-hidden", textContent: word("ask-result") });
  const table = element("table", { className: "answer plain-answer" }, caption, element("thead", {}, head), body);
  const more = result.rows.length > rows.length
    ? element("p", { className: "hint", textContent: word("ask-result-more", { n: resultRows }) }) : "";
  const box = element("div", { className: "scroll", tabIndex: 0 }, withRoles(table), more);
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", word("ask-result"));
  return box;
}

function resultRow(result, row, names, numbers) {
  return element("tr", {}, ...names.map((name) => {
    const at = result.columns.indexOf(name);
    const value = row[at];
    const address = result.isIri(row, at) ? value : row[result.columns.indexOf(`${name}Iri`)];
    const cell = element("td", { className: value === null ? "empty" : numbers.has(name) ? "number" : "" });
    cell.dataset.name = name;
    if (value !== null) cell.append(address ? linkToIri(address, shortName(value)) : printed(value));
    return cell;
  }));
}

// The label of a thing of the page, else an address without what all have in common.
function shortName(text) {
  const id = idOfIri(text);
  if (id !== undefined) return labelOf(id);
  return decodedName(fragmentOf(text)).replace("https://w3id.org/dangjian/ontology#", "dj:");
}

function decodedName(text) {
  try { return decodeURI(text); } catch { return text; }
}
