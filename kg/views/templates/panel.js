// The panel: what a thing is, in words, numbers and the printed sentences that prove it.

const longList = 12;
const beginnings = {};  // by view: what the panel says while nothing is chosen

function drawPanel(id) {
  const panel = document.getElementById("panel");
  const content = id === null ? (beginnings[view] || beginning)() : account(id);
  panel.replaceChildren(...content.filter((part) => part !== null));
  panel.scrollTop = 0;
}

// Without a choice: how to read the picture, and every county as a way in.
function beginning() {
  const counties = graph.things.map((_, id) => id).filter((id) => graph.things[id].cls === "County");
  return [
    element("h2", { textContent: word("start-title") }),
    element("p", { textContent: word("start-text") }),
    element("ul", { className: "plain counties" }, ...counties.map((id) => element("li", {}, countyLine(id)))),
  ];
}

function countyLine(id) {
  const counted = graph.belongings && (graph.belongings[graph.things[id].fragment] || {});
  const amounts = ["Alliance", "Mechanism", "Programme", "Platform"].map((cls) => [
    cls, counted ? counted[cls] || 0
      : new Set(links[id].map((edge) => edge.to).filter((to) => graph.things[to].cls === cls)).size,
  ]);
  const text = amounts.filter(([, n]) => n).map(([cls, n]) => word(`count.${cls}`, { n })).slice(0, 2).join(" · ");
  const link = element("a", {}, element("b", {}, nameOf(id)), element("small", { textContent: text }));
  link.href = `#${encodeURIComponent(graph.things[id].fragment)}`;
  return link;
}

function account(id) {
  const thing = graph.things[id];
  return [
    panelHead(id), element("h2", {}, nameOf(id)), definition(thing), facts(id), compareButton(id),
    ...parts(thing), ...proof(id), ...relations(id), unsent(thing), ...figures(thing), permalink(thing),
  ];
}

function panelHead(id) {
  const close = element("button", { type: "button", className: "close", textContent: "×" });
  close.setAttribute("aria-label", word("close"));
  close.addEventListener("click", () => goTo(null));
  const { cls, statuses } = graph.things[id];
  return element("div", { className: "panel-head" }, glyph(cls), word(`class.${cls}`), statusBadge(statuses), close);
}

function definition({ definitions }) {
  const text = definitions[settings.language] || definitions.zh;
  return text ? element("p", { className: "name", textContent: text }) : null;
}

function facts(id) {
  const thing = graph.things[id];
  const rows = [];
  if (thing.cls !== "County" && thing.counties.length) rows.push(["of-county", element("div", {}, ...longChips(thing.counties))]);
  if (thing.within.length) rows.push(["within", names(thing.within)]);
  if (thing.aliases.length) rows.push(["aliases", names(thing.aliases)]);
  for (const property of ["ledBy", "hasMember", "carriedOutBy"]) {
    const ends = links[id].filter((edge) => edge.from === id && edge.property === property).map((edge) => edge.to);
    if (ends.length) rows.push([`out.${property}`, chips(ends)]);
  }
  if (!rows.length) return null;
  return element("dl", {}, ...rows.flatMap(([key, content]) => [
    element("dt", { textContent: word(key) }), element("dd", {}, content),
  ]));
}

function names(list) {
  const box = element("span", { lang: "zh-CN" });
  list.forEach((name, at) => {
    if (at) box.append(settings.language === "zh" ? "、" : ", ");
    box.append(element("span", { className: "name", textContent: name }));
  });
  return box;
}

function chips(ids) {
  return element("ul", { className: "chips" }, ...ids.map((id) => element("li", {}, linkTo(id))));
}

function parts({ cls, components }) {
  if (cls !== "Formula") return [];
  const rows = components.map(([label, items]) => element("div", { className: "part" },
    element("div", { className: "part-label name", textContent: label, lang: "zh-CN" }),
    items.length
      ? element("ol", { className: "part-items", lang: "zh-CN" },
        ...items.map((item) => element("li", { className: "name", textContent: item })))
      : element("div", { className: "open", textContent: word("formula-open") })));
  const open = element("p", { className: "open", textContent: word("formula-open") });
  return [element("h3", { textContent: word("formula") }), ...(rows.length ? [element("div", {}, ...rows)] : [open])];
}

// The sentences that name the thing; of a practice, those that name its cases.
function proof(id) {
  const { cls, sentences: own } = graph.things[id];
  const cases = links[id].filter((edge) => edge.to === id && edge.property === "practice").map((edge) => edge.from);
  const sentences = cls === "Practice" ? cases.flatMap((entity) => graph.things[entity].sentences.slice(0, 1)) : own;
  if (!sentences.length) return [];
  const quotes = sentences.map(quote);
  return [element("h3", { textContent: word("evidence") }), ...folded(quotes, 3, "more-sentences")];
}

function quote({ text, marks, article, at }) {
  const box = element("blockquote", { lang: "zh-CN" }, ...highlighted(text, marks));
  const { headline, newspaper, date, page } = graph.articles[article];
  const title = headline ? `《${headline}》` : word("untitled");
  const parts = [title, newspaper, date, page].filter(Boolean);
  box.append(element("footer", {}, ...parts.flatMap((part, place) => [
    place ? " · " : "", element("span", { className: "name", textContent: part }),
  ]), inArticle({ article, at })));
  return box;
}

// The sentence with every wording in `marks` set off, the longest first where two begin together.
function highlighted(text, marks) {
  const longest = marks.filter(Boolean).sort((a, b) => b.length - a.length);
  const pieces = [];
  let plain = 0;
  for (let at = 0; at < text.length;) {
    const hit = longest.find((wording) => text.startsWith(wording, at));
    if (hit === undefined) { at += 1; continue; }
    pieces.push(text.slice(plain, at), element("mark", { textContent: hit }));
    plain = at += hit.length;
  }
  return [...pieces, text.slice(plain)].map((piece) => (
    typeof piece === "string" ? element("span", { className: "name", textContent: piece }) : piece));
}

function folded(items, many, key) {
  if (items.length <= many + 1) return items;
  const more = element("details", { className: "more" },
    element("summary", { textContent: word(key, { n: items.length - many }) }), ...items.slice(many));
  return [...items.slice(0, many), more];
}

function figures(thing) {
  if (!thing.figures.length) return [];
  const head = element("tr", {}, element("th", { textContent: word("figure-of"), scope: "col" }),
    element("th", { textContent: word("figure-value"), scope: "col", className: "number" }));
  const rows = thing.figures.map((figure) => {
    const about = figure.approximate ? `${word("approximately")} ` : "";
    const amount = `${about}${grouped(figure.value)}\u00a0${figure.unit}`;
    const what = element("summary", { className: "name", textContent: figure.of, lang: "zh-CN" });
    const sentence = element("blockquote", { lang: "zh-CN" }, ...highlighted(figure.sentence, [figure.text]),
      element("footer", {}, inArticle(figure)));
    return element("tr", {}, element("td", {}, element("details", {}, what, sentence), statusBadge([figure.status])),
      element("td", { className: "number", textContent: amount }));
  });
  return [element("h3", { textContent: word("figures") }),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))];
}

// What is only planned, on trial or denied says so; what is done needs no word.
function statusBadge(statuses) {
  if (!statuses.length || statuses.includes("done")) return null;
  return element("span", { className: "status", textContent: word(`status.${statuses[0]}`) });
}

function grouped(value) {
  const [whole, part] = value.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, "\u2009") + (part ? `.${part}` : "");
}

function relations(id) {
  const { cls, counties } = graph.things[id];
  const groups = new Map();
  for (const { from, to, property } of links[id]) {
    const key = from === id ? `out.${property}` : `in.${property}`;
    if (from === id && ["ledBy", "hasMember", "carriedOutBy"].includes(property)) continue;
    if (cls !== "County" && counties.includes(from)) continue; // they stand at the head
    groups.set(key, (groups.get(key) || new Set()).add(from === id ? to : from));
  }
  return [...groups].sort(([a], [b]) => order(a) - order(b)).flatMap(([key, ends]) => [
    element("h3", { textContent: `${word(key)} · ${ends.size}` }), ...longChips([...ends]),
  ]);
}

function order(key) {
  return Object.keys(words).indexOf(key);
}

function longChips(ids) {
  if (ids.length <= longList + 2) return [chips(ids)];
  const more = element("details", { className: "more" },
    element("summary", { textContent: word("more-links", { n: ids.length - longList }) }), chips(ids.slice(longList)));
  return [chips(ids.slice(0, longList)), more];
}

// Where the thing is found again: the address of this page with it chosen, and its own IRI in the graph.
function permalink(thing) {
  const link = element("a", { textContent: word("permalink") });
  link.href = `#${encodeURIComponent(thing.fragment)}`;
  const iri = iriOf(thing);
  const here = element("p", {}, link, copyButton(() => link.href));
  const name = element("span", { className: "iri", textContent: iri, dir: "ltr" });
  const there = element("p", {}, name, copyButton(() => iri));
  const data = graph.served && element("a", { textContent: word("served-data"), href: describedAt(thing) });
  return element("footer", { className: "permalink" }, here, iri ? there : null, data ? element("p", {}, data) : null);
}

function iriOf({ fragment }) {
  if (/^https?:/.test(fragment)) return fragment;
  return graph.statements ? graph.statements.base + fragment : "";
}

function copyButton(textOf) {
  const button = element("button", { type: "button", className: "copy", textContent: word("copy") });
  button.addEventListener("click", async () => {
    const done = await copied(await textOf());
    button.textContent = word(done ? "copy-done" : "copy-failed");
    document.getElementById("status").textContent = button.textContent;
  });
  return button;
}

// Puts `text` on the clipboard; false where the browser does not let it.
async function copied(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* no permission: the older way */ }
  const box = document.body.appendChild(element("textarea", { value: text, readOnly: true }));
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}
