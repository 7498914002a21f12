// The search box: names, aliases and counties, grouped by class.

const searchBox = document.getElementById("search");
const results = document.getElementById("results");
const most = 40;
let active = -1;

// Letters and digits only: nobody types quotation marks or knows which kind the page had.
function bare(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[\s\p{P}\p{S}\p{Cf}]/gu, "") || text.trim().toLowerCase();
}

const searchKeys = graph.things.map((thing) => [thing.label, thing.en, ...thing.aliases].filter(Boolean).map(bare));

// Ids of what answers to `text`, best first: the name itself, its beginning, a part of it, the county it is in.
function find(text) {
  const wanted = bare(text);
  if (!wanted) return [];
  const scored = graph.things.map((_, id) => [score(id, wanted), id]).filter(([rank]) => rank < 6);
  return scored.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, most).map(([, id]) => id);
}

function score(id, wanted) {
  const [label, ...others] = searchKeys[id];
  if (label === wanted) return 0;
  if (others.includes(wanted)) return 1;
  if (label.startsWith(wanted)) return 2;
  if (label.includes(wanted)) return 3;
  if (others.some((key) => key.includes(wanted))) return 4;
  const inCounty = graph.things[id].counties.some((county) => searchKeys[county].some((key) => key.includes(wanted)));
  return inCounty ? 5 : 6;
}

// The classes of what was found, the best first; a class that is itself asked for stands before all others.
function groupsOf(found, text) {
  const isAsked = (cls) => Number(bare(word(`class.${cls}`)) === bare(text));
  return [...new Set(found.map((id) => graph.things[id].cls))].sort((a, b) => isAsked(b) - isAsked(a));
}

function drawResults() {
  const text = searchBox.value.trim();
  const found = find(text);
  const children = [];
  for (const cls of groupsOf(found, text)) {
    const here = found.filter((id) => graph.things[id].cls === cls);
    const title = element("div", { className: "group-title", textContent: word(`class.${cls}`), id: `group-${cls}` });
    const group = element("div", {}, title, ...here.map(option));
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", title.id);
    children.push(group);
  }
  const message = found.length ? word("search-found", { n: found.length }) : word("search-none", { text });
  if (text && !found.length) children.push(element("p", { className: "group-title", textContent: message }));
  results.replaceChildren(...children);
  document.getElementById("status").textContent = text ? message : "";
  open(Boolean(text));
  activate(found.length ? 0 : -1);
}

function option(id) {
  const county = graph.things[id].counties[0];
  const row = element("div", { className: "option", id: `option-${id}` }, glyph(graph.things[id].cls), nameOf(id),
    county === undefined ? null : element("small", {}, nameOf(county)));
  row.dataset.id = id;
  row.setAttribute("role", "option");
  row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(id); });
  return row;
}

function open(state) {
  results.hidden = !state;
  searchBox.setAttribute("aria-expanded", String(state));
}

function activate(at) {
  const options = [...results.querySelectorAll(".option")];
  active = options.length ? (at + options.length) % options.length : -1;
  options.forEach((row, place) => row.setAttribute("aria-selected", String(place === active)));
  if (active < 0) { searchBox.removeAttribute("aria-activedescendant"); return; }
  searchBox.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
}

function take(id) {
  open(false);
  searchBox.value = "";
  goTo(id);
  document.getElementById("panel").focus({ preventScroll: innerWidth > 820 });
}

searchBox.addEventListener("input", drawResults);
searchBox.addEventListener("focus", () => { if (searchBox.value.trim()) drawResults(); });
searchBox.addEventListener("blur", () => open(false));
searchBox.addEventListener("keydown", (event) => {
  const options = results.querySelectorAll(".option");
  if (event.key === "ArrowDown") activate(active + 1);
  else if (event.key === "ArrowUp") activate(active - 1);
  else if (event.key === "Enter" && active >= 0) take(Number(options[active].dataset.id));
  else if (event.key === "Escape") open(false);
  else return;
  event.preventDefault();
});
