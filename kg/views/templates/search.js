// The search box: names, aliases, counties, practices, slogans, by characters, sound or initials, grouped by class.

const searchBox = document.getElementById("search");
const results = document.getElementById("results");
const most = 40;
const fewEnough = 5; // with so many answers nobody wants what is spelled nearly so

let searchKeys = null; // made at the first search: of each thing its names, ready to be matched

function keysOfThings() {
  searchKeys = searchKeys || graph.things.map(({ cls, label, en, aliases }) => (
    [label, en, ...aliases].filter(Boolean).map((text) => prepared(text, cls))));
  return searchKeys;
}

// What answers to `text` among the things of `cls` (all without it), best first; `all` counts those left out too.
function find(text, cls) {
  const wanted = bare(text);
  if (!wanted) return { found: [], all: 0, nearly: false };
  const ids = graph.things.map((_, id) => id).filter((id) => !cls || graph.things[id].cls === cls);
  let hits = hitsOf(ids, wanted, matched);
  if (!cls) hits = hits.concat(byWords(ids, text, hits, matched));
  const nearly = hits.length < fewEnough ? nearHits(ids, text, hits, cls) : [];
  const sorted = [...hits, ...nearly].sort((a, b) => a.grade - b.grade || order(a) - order(b)
    || a.key.name.length - b.key.name.length || a.id - b.id);
  return { found: sorted.slice(0, most).map(toFound), all: sorted.length, nearly: !hits.length && nearly.length > 0 };

  function order({ id }) { return classes.indexOf(graph.things[id].cls); }
}

// The best match of each thing; another name than the label counts a little less.
function hitsOf(ids, wanted, match) {
  const keys = keysOfThings();
  const hits = [];
  for (const id of ids) {
    let best = null;
    keys[id].forEach((key, at) => {
      const hit = match(wanted, key);
      const grade = hit && hit.grade + (at ? .4 : 0) + foreign(key, wanted);
      if (hit && (!best || grade < best.grade)) best = { ...hit, grade, id, key };
    });
    if (best) hits.push(best);
  }
  return hits;
}

// In Chinese, a sound is meant before an English word; one or two letters are hardly ever one.
function foreign({ firsts }, wanted) {
  if (!firsts || settings.language === "en") return 0;
  return wanted.length < 3 ? 6 : 1;
}

// What is nearly so, by the fewest slips that lead to anything.
function nearHits(ids, text, hits, cls) {
  const known = new Set(hits.map(({ id }) => id));
  const near = hitsOf(ids.filter((id) => !known.has(id)), bare(text), nearly);
  const least = Math.floor(Math.min(...near.map(({ grade }) => grade)) + .25);
  if (cls || near.length || !/\s/u.test(text.trim())) return near.filter(({ grade }) => grade < least + 1);
  return byWords(ids, text, [...hits, ...near], (wanted, key) => matched(wanted, key) || nearly(wanted, key))
    .map((hit) => ({ ...hit, grade: hit.grade + grades.near }));
}

// What a county has, when the county is asked for; with several words ("梁山 联盟") each is a name, a county or a class.
function byWords(ids, text, hits, match) {
  const known = new Set(hits.map(({ id }) => id));
  const asked = text.split(/\s+/u).map(bare).filter(Boolean).slice(0, 4);
  const answers = asked.length > 1 ? asked.map((wanted) => hitsOf(ids, wanted, match)) : [hits];
  const told = answers.map((list) => new Map(list.map((hit) => [hit.id, hit])));
  const isClass = (id, wanted) => bare(word(`class.${graph.things[id].cls}`)) === wanted;
  const isEnough = ({ grade, from }) => grade <= grades.soundStart
    || (asked.length > 1 && from === 0 && (grade <= grades.initialsWhole || grade >= grades.near));
  const isIn = (id, at) => graph.things[id].counties.some((county) => (
    told[at].has(county) && isEnough(told[at].get(county))));
  return ids.filter((id) => !known.has(id) && graph.things[id].cls !== "County").flatMap((id) => {
    const own = told.map((words) => words.get(id));
    if (!asked.every((wanted, at) => own[at] || isIn(id, at) || isClass(id, wanted))) return [];
    const named = own.find(Boolean);
    if (named) return [{ ...named, grade: 9 + named.grade / 40 }];
    return [{ grade: 9.5, id, key: keysOfThings()[id][0], from: 0, to: 0 }];
  });
}

function toFound({ id, key, from, to }) {
  const { fragment, cls, label, en, counties } = graph.things[id];
  const where = counties.filter((county) => county !== id).map(labelOf);
  const mark = to > from ? stretchOf(key.text, { from, to }) : null;
  return { fragment, cls, label, en, counties: where, name: key.text, mark };
}

// The classes of what was found, the best first; a class that is itself asked for stands before all others.
function groupsOf(found, text) {
  const called = (cls) => matched(bare(text), prepared(word(`class.${cls}`)));
  const isAsked = (cls) => Number((called(cls)?.grade ?? Infinity) <= grades.soundWhole);
  return [...new Set(found.map(({ cls }) => cls))].sort((a, b) => isAsked(b) - isAsked(a));
}

// A name with the stretch [start, end) set off.
function markedName(text, mark) {
  const [start, end] = mark || [0, 0];
  const box = element("span", { className: "name", lang: "zh-CN" }, text.slice(0, start));
  if (end > start) box.append(element("mark", { textContent: text.slice(start, end) }), text.slice(end));
  else box.append(text.slice(start));
  return box;
}

// A row of the list: the label, and below it the name that was found, if that is another one.
function option(row, at, prefix = "option") {
  const { cls, label, en, counties, name, mark } = row;
  const shownLabel = settings.language === "en" && en ? en : label;
  const isOther = name !== undefined && name !== shownLabel && mark;
  const [first] = counties;
  const where = element("span", { className: "name", textContent: first });
  const county = first === undefined ? null : element("small", {}, where);
  const box = element("div", { className: "option", id: `${prefix}-${at}` }, glyph(cls),
    markedName(shownLabel, isOther ? null : mark), county,
    isOther ? element("small", { className: "also" }, `${word("search-also")} `, markedName(name, mark)) : null);
  box.setAttribute("role", "option");
  return box;
}

// A box to type in and a list to choose from: arrows walk, Enter takes, Escape closes.
// `draw(answer)` fills the list from what `ask(text)` promises; `take(row)` gets the element that was chosen.
function combobox(box, list, { ask, draw, take }) {
  let active = -1;
  let asked = Promise.resolve();
  const options = () => [...list.querySelectorAll("[role=option]")];

  function open(state) {
    list.hidden = !state;
    box.setAttribute("aria-expanded", String(state));
  }

  function activate(at) {
    const rows = options();
    active = rows.length ? (at + rows.length) % rows.length : -1;
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === active)));
    if (active < 0) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", rows[active].id);
    rows[active].scrollIntoView({ block: "nearest" });
  }

  function choose(row) {
    open(false);
    box.value = "";
    take(row);
  }

  // An answer that comes after the text has changed again is left aside.
  async function update() {
    const text = box.value.trim();
    asked = ask(text);
    const answer = await asked;
    if (text !== box.value.trim()) return;
    draw(answer, text);
    open(Boolean(text) && document.activeElement === box);
    for (const row of options()) {
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(row); });
    }
    activate(options().length ? 0 : -1);
  }

  box.addEventListener("input", update);
  box.addEventListener("focus", () => { if (box.value.trim()) update(); });
  box.addEventListener("blur", () => open(false));
  box.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Escape") open(false);
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== "Enter") return;
    await asked;
    if (active >= 0 && !list.hidden) choose(options()[active]);
  });
  return update;
}

function listing(rows, text) {
  return groupsOf(rows, text).map((cls) => {
    const here = rows.filter((row) => row.cls === cls);
    const title = element("div", { className: "group-title", textContent: word(`class.${cls}`), id: `group-${cls}` });
    const group = element("div", {}, title, ...here.map((row) => {
      const box = option(row, rows.indexOf(row));
      box.dataset.fragment = row.fragment;
      return box;
    }));
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", title.id);
    return group;
  });
}

function drawAnswer({ found, all, nearly }, text) {
  const message = !found.length ? word("search-none", { text })
    : nearly ? word("search-near", { text, n: all }) : word("search-found", { n: all });
  const note = (textContent) => element("p", { className: "group-title", textContent });
  const head = !text || (found.length && !nearly) ? [] : [note(message)];
  const foot = all > found.length ? [note(word("search-more", { n: all - found.length }))] : [];
  results.replaceChildren(...head, ...listing(found, text), ...foot);
  document.getElementById("status").textContent = text ? message : "";
}

// What the page itself answers is all in one; a server sends the rows only.
inPage.find = (text) => find(text);

const drawResults = combobox(searchBox, results, {
  ask: async (text) => {
    if (!text) return { found: [], all: 0, nearly: false };
    const answer = await source.find(text);
    return Array.isArray(answer) ? { found: answer, all: answer.length, nearly: false } : answer;
  },
  draw: drawAnswer,
  take: (row) => {
    location.hash = encodeURIComponent(row.dataset.fragment);
    document.getElementById("panel").focus({ preventScroll: innerWidth > 820 });
  },
});
searchBox.addEventListener("focus", keysOfThings);
