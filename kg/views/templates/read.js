// Read: the articles, and one of them as printed with every fact marked where it stands.

inPage.articles = () => graph.reading || [];
inPage.article = (id) => (graph.reading || []).find((article) => article.id === id) || null;

const markClasses = [...Object.keys(graph.shapes), "Figure", "Measure"];
const hiddenMarks = new Set();
const sentenceEnd = /[。！？!?]+[”’」』）)》]*|\n+/gu;
let reading = null;  // the address that is open, so that a late answer does not replace a newer one

onOpen.read = async (parts, values) => {
  const address = reading = addressOf("read", parts, values);
  const box = document.getElementById("read");
  try {
    const content = parts.length ? await articlePage(parts.join("/"), values) : await articleList(values);
    if (reading !== address || view !== "read") return;
    box.replaceChildren(...content.filter((part) => part !== null));
  } catch (error) {
    box.replaceChildren(element("p", { className: "notice", textContent: error.message }));
    return;
  }
  markChosen();
  const sentence = box.querySelector(".sentence");
  if (!sentence) { box.scrollTop = 0; return; }
  sentence.scrollIntoView({ block: "center" });
  sentence.focus({ preventScroll: true });
};

function articleAddress(id, values = {}) {
  return addressOf("read", id.split("/"), values);
}

// A link to the place in print of a sentence; nothing where the page carries no articles.
function inArticle({ article, at }) {
  if (!graph.reading && !served.has("article")) return null;
  const link = element("a", { className: "in-article", textContent: word("in-article") });
  link.href = articleAddress(graph.articles[article].id, { at });
  return link;
}

function headlineOf({ headline, kind, text }) {
  return headline || (kind === "caption" ? `${[...text].slice(0, 28).join("")}…` : word("read-untitled"));
}

function plainName(textContent, className = "") {
  return element("span", { className: `name ${className}`.trim(), textContent, lang: "zh-CN" });
}

function listed(parts, between = " · ") {
  return parts.filter(Boolean).flatMap((part, at) => (at ? [between, part] : [part]));
}

async function articleList(values) {
  const articles = await source.articles();
  const county = values.get("county") || "";
  const shownHere = articles.filter((article) => !county || (article.county || ["none"])[0] === county);
  const title = element("h2", { textContent: word("read-title", { n: shownHere.length }) });
  if (!articles.length) return [title, element("p", { textContent: word("read-nothing") })];
  return [
    element("div", { className: "read-head" }, title, countyChoice(articles, county)),
    element("ol", { className: "plain articles" }, ...shownHere.map(articleLine)),
  ];
}

function countyChoice(articles, chosenCounty) {
  const amounts = new Map();
  for (const { county } of articles) {
    const [fragment, label] = county || ["none", word("no-county")];
    amounts.set(fragment, [label, (amounts.get(fragment) || ["", 0])[1] + 1]);
  }
  const counties = [...amounts].sort(([, [a]], [, [b]]) => a.localeCompare(b, "zh-CN"));
  const choice = element("select", { id: "read-county" },
    element("option", { value: "", textContent: word("read-all-counties") }),
    ...counties.map(([value, [label, n]]) => element("option", { value, textContent: `${label} (${n})` })));
  choice.value = chosenCounty;
  choice.addEventListener("change", () => {
    location.hash = addressOf("read", [], choice.value ? { county: choice.value } : {});
  });
  return element("label", { className: "read-filter" }, word("of-county"), choice);
}

function articleLine(article) {
  const link = element("a", { className: "headline" }, plainName(headlineOf(article)));
  link.href = articleAddress(article.id);
  const county = plainName(article.county ? article.county[1] : word("no-county"), "county");
  const printed = article.printed.length ? article.printed : [article.file];
  const about = element("small", {}, ...listed(printed.map((part) => plainName(part))));
  const signs = element("span", { className: "signs" }, ...amountsOf(article).map(([cls, n]) => {
    const sign = element("span", { className: "sign", title: word(`class.${cls}`) }, glyph(cls), String(n));
    sign.append(element("span", { className: "visually-hidden", textContent: ` ${word(`class.${cls}`)}` }));
    return sign;
  }));
  return element("li", {}, county, element("div", {}, link, about), signs);
}

// How many things of each class of the legend an article names.
function amountsOf({ things }) {
  return markClasses.filter((cls) => graph.shapes[cls])
    .map((cls) => [cls, things.filter(([other]) => other === cls).length]).filter(([, n]) => n);
}

async function articlePage(id, values) {
  const [article, articles] = await Promise.all([source.article(id), source.articles()]);
  const back = element("a", { className: "back", textContent: `← ${word("read-all")}` });
  back.href = addressOf("read");
  if (!article) return [back, element("p", { textContent: word("read-missing") })];
  const at = values.has("at") ? Number(values.get("at")) : null;
  return [
    element("nav", { className: "read-nav" }, back, ...turning(articles, id)),
    element("article", { className: "printed" }, ...articleHead(article), markFilter(article),
      element("div", { className: "text", lang: "zh-CN" }, ...paragraphs(article, at)), mentioned(article)),
    leftoversLink(article), element("div", { id: "hint", hidden: true }),
  ];
}

function turning(articles, id) {
  const here = articles.findIndex((article) => article.id === id);
  return [["read-before", articles[here - 1]], ["read-after", articles[here + 1]]].map(([key, article]) => {
    if (!article || here < 0) return null;
    const link = element("a", { textContent: word(key), title: headlineOf(article) });
    link.href = articleAddress(article.id);
    return link;
  });
}

function articleHead(article) {
  const { county, printed, bylines, kind } = article;
  const place = county && element("a", {}, plainName(county[1]));
  if (place) place.href = `#${encodeURIComponent(county[0])}`;
  const names = bylines.map((name) => plainName(name));
  const what = kind === "caption" ? word("kind.caption") : "";
  const about = [place || word("no-county"), what, ...printed.map((part) => plainName(part))];
  return [
    element("p", { className: "kicker" }, ...listed(about)),
    element("h2", {}, plainName(headlineOf(article))),
    names.length ? element("p", { className: "bylines" }, ...listed(names, "　")) : null,
  ];
}

// Which classes are marked: one button each, with their number in this article.
function markFilter({ things }) {
  const here = markClasses.filter((cls) => things.some(([other]) => other === cls));
  if (!here.length) return element("p", { className: "open", textContent: word("read-no-marks") });
  const box = element("div", { className: "mark-filter tools" }, ...here.map((cls) => {
    const n = things.filter(([other]) => other === cls).length;
    const button = element("button", { type: "button" }, sign(cls), word(`class.${cls}`),
      cls === "Measure" ? null : element("span", { className: "amount", textContent: n }));
    button.setAttribute("aria-pressed", String(!hiddenMarks.has(cls)));
    button.addEventListener("click", () => {
      if (!hiddenMarks.delete(cls)) hiddenMarks.add(cls);
      button.setAttribute("aria-pressed", String(!hiddenMarks.has(cls)));
      for (const mark of document.querySelectorAll(`#read .fact.${cls}`)) mark.classList.toggle("off");
    });
    return button;
  }));
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", word("marks"));
  return box;
}

function sign(cls) {
  if (graph.shapes[cls]) return glyph(cls);
  const letter = cls === "Figure" ? "#" : "¶";
  return element("span", { className: `letter ${cls}`, textContent: letter, ariaHidden: "true" });
}

// The paragraphs with their marks; the sentence around the offset `at` is set off.
function paragraphs({ text, things, marks }, at) {
  const characters = Array.from(text);
  const all = marks.map(([start, end, thing]) => ({ start, end, thing: things[thing] }));
  if (at !== null) all.unshift(...sentenceAround(text, characters, at));
  const paragraph = (start, end) => element("p", {}, ...marked(characters, start, end, clipped(all, start, end)));
  const found = [];
  let start = 0;
  for (let end = 0; end <= characters.length; end += 1) {
    if (end < characters.length && characters[end] !== "\n") continue;
    if (end > start) found.push(paragraph(start, end));
    start = end + 1;
  }
  return found;
}

// The sentence that kg.graph.sentences quotes for a mention at `at`, as a mark without a thing.
function sentenceAround(text, characters, at) {
  if (!(at >= 0 && at < characters.length)) return [];
  const unit = characters.slice(0, at).join("").length;
  const ends = [...text.matchAll(sentenceEnd)].map((match) => match.index + match[0].length);
  const before = ends.filter((end) => end <= unit).pop() || 0;
  const after = ends.find((end) => end > unit) || text.length;
  const points = (end) => Array.from(text.slice(0, end)).length;
  return [{ start: points(before), end: points(text.slice(0, after).trimEnd().length), thing: null, at }];
}

function clipped(marks, start, end) {
  return marks.filter((mark) => mark.start < end && start < mark.end).map((mark) => ({
    ...mark, start: Math.max(mark.start, start), end: Math.min(mark.end, end), continued: mark.start < start,
  }));
}

// The nodes of one stretch; a mark that crosses another is cut where that one ends and goes on behind it.
function marked(characters, start, end, marks) {
  const nodes = [];
  let [at, waiting] = [start, marks];
  while (waiting.length) {
    const [first, ...rest] = waiting;
    if (at < first.start) nodes.push(characters.slice(at, first.start).join(""));
    nodes.push(markOf(first, marked(characters, first.start, first.end, clipped(rest, first.start, first.end))));
    at = first.end;
    waiting = clipped(rest, at, end).sort((a, b) => a.start - b.start || b.end - a.end);
  }
  if (at < end) nodes.push(characters.slice(at, end).join(""));
  return nodes;
}

function markOf({ thing, continued }, children) {
  if (thing === null) return element("span", { className: "sentence", tabIndex: -1 }, ...children);
  const [cls, fragment] = thing;
  const mark = element("span", { className: `fact ${cls}${hiddenMarks.has(cls) ? " off" : ""}` });
  mark.dataset.fragment = fragment;
  mark.facts = thing;
  if (continued || cls === "Measure") { mark.append(...children); return mark; }
  const [first, ...others] = typeof children[0] === "string" ? Array.from(children.shift()) : [];
  const door = fragment ? element("a", { href: `#${encodeURIComponent(fragment)}` }) : element("span", { tabIndex: 0 });
  if (!fragment) door.setAttribute("role", "note");
  door.className = "door";
  door.setAttribute("aria-label", spoken(thing));
  door.append(element("span", { className: "head" }, sign(cls), first || ""), others.join(""));
  mark.append(door, ...children);
  return mark;
}

function spoken([cls, , label, status]) {
  const about = status === "done" ? "" : word("read-status", { status: word(`status.${status}`) });
  return word("read-mark", { cls: word(`class.${cls}`), label }) + about;
}

// All that the article names, by class: the way on for who has read it.
function mentioned({ things }) {
  const groups = markClasses.filter((cls) => graph.shapes[cls]).flatMap((cls) => {
    const here = things.filter(([other]) => other === cls);
    const links = here.map(([, fragment, label]) => {
      const link = element("a", {}, glyph(cls), plainName(label));
      link.href = `#${encodeURIComponent(fragment)}`;
      return element("li", {}, link);
    });
    return here.length ? [element("h3", { textContent: `${word(`class.${cls}`)} · ${here.length}` }),
      element("ul", { className: "chips" }, ...links)] : [];
  });
  if (!groups.length) return null;
  const title = element("summary", { textContent: word("read-facts") });
  return element("details", { className: "mentioned" }, title, ...groups);
}

function leftoversLink({ file }) {
  if (!graph.report) return null;
  const link = element("a", { textContent: word("read-leftovers") });
  link.href = `${graph.report}#page/${encodedPath(file)}`;
  return element("p", { className: "permalink" }, link);
}

// What stands under the pointer or the focus: class and name, the innermost first.
function showHint(event) {
  const box = document.getElementById("hint");
  if (!box) return;
  const mark = event.target.closest?.("#read .fact:not(.off)");
  box.hidden = !mark;
  if (!mark) return;
  const facts = [];
  for (let outer = mark; outer; outer = outer.parentElement.closest(".fact:not(.off)")) facts.push(outer.facts);
  box.replaceChildren(...facts.map(([cls, , label, status]) => element("div", {}, sign(cls),
    element("span", { className: "hint-class", textContent: word(`class.${cls}`) }), plainName(label),
    cls === "Figure" || cls === "Measure" ? null : statusBadge([status]))));
  const [first] = mark.getClientRects();
  const frame = document.getElementById("read").getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(first.left - frame.left, frame.width - box.offsetWidth - 24))}px`;
  box.style.top = `${first.bottom - frame.top + document.getElementById("read").scrollTop + 6}px`;
}

function markChosen() {
  const fragment = chosen === null ? null : graph.things[chosen].fragment;
  for (const mark of document.querySelectorAll("#read .fact")) {
    mark.classList.toggle("here", fragment !== null && mark.dataset.fragment === fragment);
  }
}

beginnings.read = () => [
  element("h2", { textContent: word("read-start") }),
  element("p", { textContent: word("read-help") }),
];

for (const type of ["pointerover", "focusin"]) document.getElementById("read").addEventListener(type, showHint);
document.getElementById("read").addEventListener("focusout", showHint);
document.getElementById("read").addEventListener("click", (event) => {
  const fact = event.target.closest(".fact:not(.off)");
  if (!fact || !fact.dataset.fragment || event.target.closest("a")?.parentElement === fact) return;
  if (String(getSelection())) return; // someone marks words to copy them
  location.hash = encodeURIComponent(fact.dataset.fragment);
});
document.addEventListener("chosen", () => {
  markChosen();
  // On a telephone the panel lies below the article.
  if (view === "read" && chosen !== null && innerWidth <= 820) document.getElementById("panel").scrollIntoView();
});
document.addEventListener("settings", () => { if (view === "read" && reading) reopen(); });

// Draws what is open once more; the address may name a thing by now.
function reopen() {
  const [path, query] = reading.slice(1).split("?");
  onOpen.read(path.split("/").slice(2).filter(Boolean).map(decodeURIComponent), new URLSearchParams(query || ""));
}
