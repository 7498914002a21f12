// The table: everything the network shows, for eyes, keyboards and screen readers that prefer rows.

const rowsAtOnce = 400;
let rowsShown = rowsAtOnce;

function drawTable() {
  const box = document.getElementById("table");
  if (box.hidden) return;
  const ids = graph.things.map((_, id) => id).filter(isShown);
  const columns = ["name", "class", "of-county", "aliases", "links", "sentences"];
  const head = element("tr", {}, ...columns.map((key) => element("th", {
    scope: "col", textContent: word(key), className: ["links", "sentences"].includes(key) ? "number" : "",
  })));
  const many = printing ? ids.length : rowsShown;
  const table = element("table", {}, element("caption", { textContent: word("table-caption", { n: ids.length }) }),
    element("thead", {}, head), element("tbody", {}, ...ids.slice(0, many).map(tableRow)));
  const left = ids.length - many;
  const label = word("table-more", { n: Math.min(left, rowsAtOnce) });
  const more = element("button", { type: "button", textContent: label });
  more.addEventListener("click", () => { rowsShown += rowsAtOnce; drawTable(); });
  box.replaceChildren(table, ...(left > 0 ? [more] : []));
}

function tableRow(id) {
  const thing = graph.things[id];
  const county = element("td");
  thing.counties.filter((owner) => owner !== id).forEach((owner, at) => county.append(at ? " " : "", nameOf(owner)));
  const number = (amount) => element("td", { className: "number", textContent: amount || "" });
  return element("tr", {}, element("td", {}, linkTo(id)), element("td", { textContent: word(`class.${thing.cls}`) }),
    county, element("td", {}, names(thing.aliases)), number(links[id].length), number(thing.sentences.length));
}

onOpen.table = drawTable;
for (const change of ["shown", "settings", "printing"]) document.addEventListener(change, drawTable);
