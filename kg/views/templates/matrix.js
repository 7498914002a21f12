// County × practice over all: a table of coloured cells, the darker the more cases; a cell tells the county's words.

const rowsOfMatrix = 300; // at once
const matrixState = { small: null, widespread: true, rows: rowsOfMatrix, picked: new Set() };
const smallFrom = 1200; // from so many cells on they are small at first

function matrixOf({ concepts, counties }) {
  const practices = spreadOf(concepts, counties, "Practice");
  const isNarrowed = matrixState.widespread && practices.some(({ n }) => n > 1);
  const columns = practices.filter(({ n }) => n > 1 || !isNarrowed);
  const inColumns = new Set(columns.map(({ place }) => place));
  const rows = counties.filter(({ applies }) => applies.some((place) => inColumns.has(place)));
  if (!rows.length) return [element("p", { className: "compare-lead", textContent: word("matrix-none") })];
  const isSmall = matrixState.small ?? rows.length * columns.length > smallFrom;
  const table = element("table", { className: isSmall ? "matrix small" : "matrix" },
    element("caption", { textContent: word("matrix-caption", { counties: rows.length, practices: columns.length }) }),
    matrixHead(columns),
    element("tbody", {}, ...rows.slice(0, matrixState.rows).map((county) => matrixRow(county, columns))));
  walkable(table);
  const frame = element("div", { className: "matrix-frame" }, table);
  const left = rows.length - matrixState.rows;
  const more = () => { matrixState.rows += rowsOfMatrix; drawCompare(); };
  if (left > 0) frame.append(button("matrix-more", { n: Math.min(rowsOfMatrix, left) }, more));
  return [matrixTools(isSmall), frame];
}

function button(key, values, act) {
  const made = element("button", { type: "button", textContent: word(key, values) });
  made.addEventListener("click", act);
  return made;
}

function matrixTools(isSmall) {
  const toggle = (key, state, set) => {
    const made = button(key, {}, () => { set(!state); drawCompare(); });
    made.setAttribute("aria-pressed", String(state));
    return made;
  };
  return element("div", { className: "matrix-tools" },
    toggle("matrix-zoom", isSmall, (state) => { matrixState.small = state; }),
    toggle("matrix-shared", matrixState.widespread, (state) => { matrixState.widespread = state; }),
    pickedLink());
}

function pickedLink() {
  const counties = comparing.data.counties.filter(({ fragment }) => matrixState.picked.has(fragment));
  const link = element("a", { id: "matrix-picked", className: "compare-button", hidden: counties.length < 2 });
  link.textContent = word("matrix-compare", { n: counties.length });
  link.href = addressOfCounties(counties);
  return link;
}

function matrixHead(columns) {
  const heads = columns.map(({ concept, n }) => {
    const href = `#${encodeURIComponent(concept.fragment)}`;
    const link = element("a", { title: labelIn(concept), href }, nameIn(concept));
    return element("th", { scope: "col" }, link, element("small", { textContent: n }));
  });
  const corner = element("th", { scope: "col", textContent: word("matrix-county") });
  return element("thead", {}, element("tr", {}, corner, ...heads));
}

function matrixRow(county, columns) {
  const pick = element("input", { type: "checkbox", checked: matrixState.picked.has(county.fragment) });
  pick.setAttribute("aria-label", word("matrix-pick", { name: labelIn(county) }));
  pick.addEventListener("change", () => pickCounty(county, pick));
  const head = element("th", { scope: "row" }, element("span", {}, pick, linkIn(county)));
  return element("tr", {}, head, ...columns.map(({ concept, place }) => {
    const n = county.applies.includes(place) ? Math.max(county.amounts[place] || 0, 1) : 0;
    if (!n) return element("td");
    const className = `depth-${Math.min(n, 4)}`;
    const cell = element("button", { type: "button", className, textContent: n, tabIndex: -1 });
    cell.setAttribute("aria-label", `${labelIn(county)} · ${labelIn(concept)}: ${word("matrix-cases", { n })}`);
    cell.addEventListener("click", () => tellCell(county, concept, place, cell));
    return element("td", {}, cell);
  }));
}

// At most four are picked; another one takes the place of the first.
function pickCounty(county, box) {
  const { picked } = matrixState;
  if (box.checked) picked.add(county.fragment); else picked.delete(county.fragment);
  if (picked.size > comparedMost) {
    picked.delete([...picked][0]);
    const rows = document.querySelectorAll(".matrix th input");
    const shown = new Set(comparing.data.counties.filter(({ fragment }) => picked.has(fragment)).map(labelIn));
    for (const other of rows) other.checked = shown.has(other.nextElementSibling.textContent);
  }
  document.getElementById("matrix-picked").replaceWith(pickedLink());
}

async function tellCell(county, concept, place, cell) {
  for (const other of document.querySelectorAll(".matrix [aria-current]")) other.removeAttribute("aria-current");
  cell.setAttribute("aria-current", "true");
  const { cases } = await comparisonFrom("compared", county.fragment);
  comparing.cell = { county, concept, cases: cases[place] || [] };
  choose(null);
  const [first] = comparing.cell.cases;
  const said = [cell.getAttribute("aria-label"), first && first.label];
  document.getElementById("status").textContent = said.filter(Boolean).join("：");
  if (innerWidth <= 820) document.getElementById("panel").scrollIntoView({ block: "nearest" });
}

// What the panel says while no cell is chosen.
function matrixAccount() {
  const depths = [1, 2, 3, 4].map((n) => {
    const sample = element("i", { className: `depth-${n}`, ariaHidden: "true" });
    return element("li", {}, sample, word(n < 4 ? "matrix-cases" : "matrix-many", { n }));
  });
  return [element("h2", { textContent: word("compare-matrix") }), element("p", { textContent: word("matrix-help") }),
    element("ul", { className: "depths plain" }, ...depths), element("p", { textContent: word("side-note") })];
}

// What the panel says of a cell: the county's own names for the practice, each with its sentence.
function cellAccount({ county, concept, cases }) {
  return [
    element("div", { className: "panel-head" }, glyph("Practice"), nameIn(concept)),
    element("h2", {}, linkIn(county)),
    ...cases.flatMap((found) => [
      element("h3", { className: "cell-case" }, linkIn(found), statusBadge(found.statuses)), proofOf(found)[0]]),
  ];
}

// One stop of the Tab key; arrows walk from filled cell to filled cell.
function walkable(table) {
  const first = table.querySelector("td button");
  if (first) first.tabIndex = 0;
  table.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const from = event.target.closest("td button");
    if (!step || !from) return;
    event.preventDefault();
    let [row, column] = [from.closest("tr").sectionRowIndex, from.closest("td").cellIndex];
    const { rows } = table.tBodies[0];
    for (;;) {
      [row, column] = [row + step[0], column + step[1]];
      if (!rows[row] || !rows[row].cells[column] || column < 1) return;
      const next = rows[row].cells[column].querySelector("button");
      if (next) { stopAt(table, next); next.focus(); return; }
    }
  });
  table.addEventListener("focusin", ({ target }) => { if (target.matches("td button")) stopAt(table, target); });
}

function stopAt(table, cell) {
  for (const other of table.querySelectorAll('td button[tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
}
