// What a plain question means: the first line of questions.zh.tsv or questions.en.tsv that fits the whole of it.
// A reading is { question, values, as, ask }; what no line fits gives null, and `nearestTo` tells what comes near.

const kindClass = {
  alliances: "Alliance",
  mechanisms: "Mechanism",
  programmes: "Programme",
  platforms: "Platform",
  slogans: "Slogan",
  formulas: "Formula",
  documents: "Document",
  figures: "Figure",
  organisations: "Organisation",
};
const slotClass = { formula: "Formula", alliance: "Alliance", organisation: "Organisation", practice: "Practice" };
const lineKinds = { 问: "ask", 词: "words", 类: "kind", 状态: "status", 前: "before", 后: "after", 间: "between" };
const numerals = {
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const firstMark = 0xe000; // a county in a question is one sign of the private use area while it is read
const grammars = new Map();

function languageOf(text) {
  if (!/\p{Script=Han}/u.test(text)) return "en";
  return (text.match(/[a-z]+/gi) || []).length > 2 ? "en" : "zh";
}

function grammarOf(language) {
  if (!grammars.has(language)) grammars.set(language, toGrammar(language, asking.patterns[language] || []));
  return grammars.get(language);
}

function toGrammar(language, lines) {
  const grammar = {
    language,
    words: {},
    kind: new Map(),
    status: new Map(),
    before: [],
    after: [],
    between: [],
    asks: [],
  };
  for (const [first, ...cells] of lines) {
    const what = lineKinds[first] || first;
    if (what === "words") grammar.words[cells[0]] = cells[1].split("|");
    else if (what === "kind" || what === "status")
      for (const said of cells[1].split("|")) grammar[what].set(said, cells[0]);
    else if (what === "ask")
      grammar.asks.push(
        Object.fromEntries(
          ["pattern", "question", "parameters", "example"].map((name, at) => [name, cells[at] || ""]),
        ),
      );
    else grammar[what] = cells[0].split("|");
  }
  const [between, space] = [choice(grammar.between), language === "zh" ? "" : "\\s+"];
  grammar.gap = `${space}(?:${between}${space})*`;
  grammar.start = `(?:${between}${space})*`;
  grammar.before = new RegExp(`^(?:${choice(grammar.before)}${space})+`, "u");
  grammar.after = new RegExp(`(?:${space}${choice(grammar.after)})+$`, "u");
  for (const ask of grammar.asks) ask.form = new RegExp(`^${grammar.start}${toForm(grammar, ask.pattern)}$`, "u");
  return grammar;
}

function patternOf(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

// Wordings as one choice, the longest first: where 有哪些 stands it is not 有.
function choice(wordings) {
  return `(?:${[...wordings]
    .sort((a, b) => b.length - a.length)
    .map(patternOf)
    .join("|")})`;
}

// A pattern as a regular expression in which every piece takes the gap behind it along.
function toForm(grammar, pattern) {
  const pieces = [...pattern.matchAll(/<([^>]+)>|\{(\w+)\}|[()[\]|]|[^<>{}()[\]| ]+/gu)];
  return pieces
    .map(([piece, name, slot]) => {
      if (name) return choice(grammar.words[name]) + grammar.gap;
      if (slot) return `(?<${slot}>${slotForm(grammar, slot)})${grammar.gap}`;
      return { "(": "(?:", "[": "(?:", ")": ")", "]": ")?", "|": "|" }[piece] || patternOf(piece) + grammar.gap;
    })
    .join("");
}

function slotForm(grammar, slot) {
  if (slot === "county" || slot === "other") return "[\uE000-\uF8FF]";
  if (slot === "kind" || slot === "status") return choice(grammar[slot].keys());
  if (slot === "number") return `(?:\\d+|${choice(Object.keys(numerals))})`;
  return ".+?";
}

// The question as it is read: without courtesies, quotation marks and the sign at its end.
function questionIn(text, grammar) {
  let said = text
    .normalize("NFKC")
    .toLowerCase()
    .trim()
    .replace(/[?!。.;,，；…~\s]+$/u, "");
  if (grammar.language === "en")
    said = said
      .replace(/n['’]t\b/g, " not")
      .replace(/\bwhat['’]s\b/g, "what is")
      .replace(/['’]s\b/g, "");
  said = said
    .replace(/["'“”‘’「」『』《》〈〉]/gu, "")
    .replace(/[\s,，:：]+/gu, grammar.language === "zh" ? "" : " ")
    .trim();
  for (let before = ""; before !== said;) {
    before = said;
    said = said.replace(grammar.before, "").replace(grammar.after, "").trim();
  }
  return said;
}

// Every way to call a county that is clear, lower case; a short name of several counties stands for the first.
let called = null;
function countyNames() {
  if (called) return called;
  called = new Map();
  for (const county of asking.counties) {
    const [, name, code] = county;
    const short = name.replace(countyRank, "");
    for (const way of [name, code, short, ...readingsOf(name), ...readingsOf(short)]) {
      const key = way.normalize("NFKC").toLowerCase();
      if (key && !called.has(key)) called.set(key, county);
    }
  }
  return called;
}

// How a name is read aloud, 梁山 as liangshan.
function readingsOf(name) {
  const { letters } = prepared(name);
  return /^[a-z]+$/.test(letters) ? [letters] : [];
}

// The question with a sign for each county, and the counties in order.
function withMarks(said, language) {
  const names = countyNames();
  const longest = Math.max(0, ...[...names.keys()].map((name) => name.length));
  const found = [];
  let out = "";
  for (let at = 0; at < said.length;) {
    const name = nameAt(said, at, longest, names, language);
    const [short, county] = name ? [name, names.get(name)] : shortAt(said, at);
    if (!short) {
      out += said[at];
      at += 1;
      continue;
    }
    out += String.fromCharCode(firstMark + found.length);
    found.push({ name: short, county });
    at += short.length;
    if (language === "en") at += said.slice(at).match(/^(?: (?:county|district|city))?/)[0].length;
  }
  return [out, found];
}

function nameAt(said, at, longest, names, language) {
  const inWord = (sign) => sign !== undefined && /[a-z0-9]/.test(sign);
  for (let length = Math.min(longest, said.length - at); length > 0; length -= 1) {
    const name = said.substr(at, length);
    const cut = inWord(name[0]) && (inWord(said[at - 1]) || inWord(said[at + length]));
    if (names.has(name) && !cut) return name;
  }
  return null;
}

// A shortened name of one county, 济宁经开区 for 济宁经济技术开发区.
function shortAt(said, at) {
  const [short] = said.slice(at).match(/^\p{Script=Han}{3,9}?(?:县|区|市|旗)/u) || [];
  const found = short ? countiesCalled(short) : [];
  return found.length === 1 ? [short, found[0]] : [null, null];
}

// What the question means, null if no line fits; a question with Chinese names in it may be English.
function understand(text) {
  return understandIn("zh", text) || (/[a-z]{2}/i.test(text) ? understandIn("en", text) : null);
}

function understandIn(language, text) {
  const grammar = grammarOf(language);
  const [said, counties] = withMarks(questionIn(text, grammar), grammar.language);
  for (const ask of grammar.asks) {
    const match = ask.form.exec(grammar.language === "zh" ? said : `${said} `);
    const reading = match && toReading(grammar, ask, match.groups || {}, counties);
    if (reading) return reading;
  }
  return null;
}

function toReading(grammar, ask, slots, counties) {
  const filled = {};
  for (const [slot, said] of Object.entries(slots)) {
    if (said === undefined) continue;
    const kind = slots.kind && grammar.kind.get(slots.kind);
    const value = valueOf(slot, said.trim(), grammar, counties, kind);
    if (value === null) return null;
    Object.assign(filled, typeof value === "object" ? value : { [slot]: value });
  }
  const fill = (text) => text.replace(/\{([\w.]+)\}/g, (_, slot) => filled[slot]);
  const name = fill(ask.question);
  const question = questions.get(name);
  const values = {};
  for (const pair of ask.parameters.split(" ").filter(Boolean)) {
    const [key, value] = [pair.slice(0, pair.indexOf("=")), fill(pair.slice(pair.indexOf("=") + 1))];
    if (value === "" || (key !== "as" && !question.parameters.some((parameter) => parameter.name === key)))
      return null;
    values[key] = value;
  }
  const { as, ...given } = values;
  return { question: name, values: given, as: as || "", ask };
}

// The value that stands for what was said; null where the graph has nothing of the kind.
function valueOf(slot, said, grammar, counties, kind) {
  const back = said.replace(/[\uE000-\uF8FF]/g, (mark) => counties[mark.charCodeAt(0) - firstMark].name);
  if (slot === "county" || slot === "other") return valueOfCounty(counties[said.charCodeAt(0) - firstMark].county);
  if (slot === "kind") return { kind, "kind.type": kindClass[kind] || "" };
  if (slot === "status") return grammar.status.get(said);
  if (slot === "number") return String(numerals[said] || Number(said));
  if (slot === "time") return timeOf(said);
  if (slot === "name") return partOf(back, kindClass[kind]);
  return nameOfThing(back, slotClass[slot]);
}

// The name of a county where it is the only one of that name, else its code.
function valueOfCounty([iri, name, code]) {
  return asking.counties.some((other) => other[1] === name && other[0] !== iri) && code ? code : name;
}

// Things by name: those of the page, and those that a server has found for a name it does not have.
const foundThings = [];
const missedNames = new Set();
const bareNames = new WeakMap();

function namedThings(cls) {
  const isMeant = cls
    ? (thing) => thing.cls === cls
    : (thing) => !["County", "Practice", "Theme"].includes(thing.cls);
  return [...graph.things, ...(cls === "Practice" ? asking.practices : []), ...foundThings].filter(isMeant);
}

function bareOf(thing) {
  if (!bareNames.has(thing)) {
    bareNames.set(thing, {
      names: [thing.label, thing.en].filter(Boolean).map(bare),
      aliases: (thing.aliases || []).map(bare),
    });
  }
  return bareNames.get(thing);
}

// The name in the graph that is meant: a name, else an only alias, else a part of names.
function nameOfThing(said, cls) {
  const wanted = bare(said);
  const things = namedThings(cls);
  const named = things.find((thing) => bareOf(thing).names.some((name) => name === wanted || `${name}s` === wanted));
  if (named) return unquoted(named.label);
  const labels = [
    ...new Set(things.filter((thing) => bareOf(thing).aliases.includes(wanted)).map(({ label }) => label)),
  ];
  if (labels.length === 1) return unquoted(labels[0]);
  missedNames.add(said);
  return [...wanted].length > 2 ? partOf(said, cls) : null;
}

// What the graph's names of a class hold of `said`, as they spell it.
function partOf(said, cls) {
  const wanted = bare(said);
  if ([...wanted].length < 2) return null;
  const things = namedThings(cls);
  if (things.some(({ label }) => label.includes(said))) return said;
  const like = things.find((thing) => bareOf(thing).names.some((name) => name.includes(wanted)));
  return like ? unquoted(like.label) : null;
}

// The same with a server behind, which is asked for the names that the page does not have.
async function understandServed(text) {
  missedNames.clear();
  const reading = understand(text);
  if (reading || !served.has("find")) return reading;
  const asked = [...missedNames].sort((a, b) => a.length - b.length).slice(0, 4);
  const answers = await Promise.all(asked.map((name) => source.find(name).catch(() => [])));
  foundThings.push(...answers.flatMap((found) => found.items || found).filter(({ label }) => label));
  return understand(text);
}

function unquoted(label) {
  return /^“[^“”]+”$/u.test(label) ? label.slice(1, -1) : label;
}

// The days that a year, a month or a day spans, as the parameters since and until take them.
function timeOf(said) {
  const found =
    /^(\d{4})年?(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?$/.exec(said) ||
    /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(said) ||
    monthOf(said);
  if (!found) return null;
  const [, year, month, day] = found;
  const last = month ? new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate() : 31;
  const write = (m, d) => [year, m, d].map((part) => String(part).padStart(2, "0")).join("-");
  return { "time.from": write(month || 1, day || 1), "time.to": write(month || 12, day || last) };
}

function monthOf(said) {
  const found = /^(?:(\d{1,2}) )?([a-z]+) (\d{4})$/.exec(said);
  const month = found ? months.findIndex((name) => name === found[2] || name.slice(0, 3) === found[2]) + 1 : 0;
  return month ? [said, found[3], month, found[1]] : null;
}
