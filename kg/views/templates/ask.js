// Ask: a plain question or a ready one with its conditions, and what it means; the address says all of it.
// #/ask/QUESTION?county=…&as=bars&sort=-county&page=2&said=… : the rest of the names are the question's parameters.

const ownNames = ["as", "sort", "page", "said"];
let asked = { name: "", values: {}, as: "table", sort: "", page: 1, said: "" };

onOpen.ask = (parts, given) => {
  const own = Object.fromEntries(ownNames.map((name) => [name, given.get(name) || ""]));
  const values = Object.fromEntries([...given].filter(([name, value]) => !ownNames.includes(name) && value));
  asked = { ...own, name: parts[0] || "", values, as: own.as || "table", page: Number(own.page) || 1 };
  const reading = !asked.name && asked.said ? understand(asked.said) : null;
  if (reading) location.replace(addressOfReading(reading));
  else drawAsk();
};

// The address of what is asked, changed by `change`; a change of anything but the page begins at the first.
function askAddress(change = {}) {
  const next = { ...asked, page: 1, ...change };
  const own = {
    as: next.as === "table" ? "" : next.as,
    sort: next.sort,
    page: next.page > 1 ? next.page : "",
    said: next.said,
  };
  const all = Object.entries({ ...next.values, ...own }).filter(([, value]) => value !== "" && value !== undefined);
  return addressOf("ask", next.name ? [next.name] : [], Object.fromEntries(all));
}

function addressOfReading({ question, values, as }) {
  return askAddress({ name: question, values, as: as || "table" });
}

function drawAsk() {
  const box = document.getElementById("ask");
  const focus = document.activeElement && box.contains(document.activeElement) ? document.activeElement.id : "";
  if (!asking.questions.length) {
    box.replaceChildren(element("p", { className: "notice", textContent: word("ask-absent") }));
    return;
  }
  const question = questions.get(asked.name);
  const answer = element("div", { id: "ask-answer" });
  box.replaceChildren(
    element("h2", { className: "visually-hidden", textContent: word("ask") }),
    element(
      "div",
      { className: "ask-head" },
      askBox(),
      element("div", { id: "ask-reading" }, ...readingLines(asked.said)),
    ),
    ...(question ? [conditions(question), answer] : askStart()),
  );
  if (asked.name && !question)
    box.append(element("p", { className: "notice", textContent: word("ask-no-question", { name: asked.name }) }));
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  if (question) drawAskAnswer(question, answer);
  drawPanelMenu();
}

function askBox() {
  const input = element("input", {
    id: "ask-text",
    type: "search",
    value: asked.said,
    autocomplete: "off",
    spellcheck: false,
    maxLength: 200,
    placeholder: word("ask-box"),
    enterKeyHint: "search",
  });
  input.setAttribute("aria-label", word("ask-box"));
  const form = element(
    "form",
    { className: "ask-box" },
    input,
    element("button", { type: "submit", id: "ask-go", textContent: word("ask-go") }),
  );
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", word("ask"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    askPlainly(input.value.trim());
  });
  input.addEventListener("input", () => {
    const reading = input.value.trim() ? understand(input.value) : null;
    const lines = reading
      ? readAs(reading, false)
      : readingLines(input.value.trim() === asked.said ? asked.said : "");
    document.getElementById("ask-reading").replaceChildren(...lines);
  });
  return form;
}

// Opens what the question means; what is not understood stays in the box, with what comes near.
async function askPlainly(said) {
  const reading = said ? await understandServed(said) : null;
  asked = { name: "", values: {}, as: "table", sort: "", page: 1, said };
  const address = reading ? addressOfReading(reading) : askAddress();
  if (location.hash === address) openByAddress();
  else location.hash = address;
  document.getElementById("status").textContent = reading
    ? readingInWords(reading)
    : word("ask-lost", { text: said });
}

function readingLines(said) {
  if (!said) return [];
  const reading = understand(said);
  if (!reading) return lostLines(said);
  const same = reading.question === asked.name && sameValues(reading.values, asked.values);
  return same ? readAs(reading, true) : [];
}

function sameValues(some, others) {
  const names = Object.keys(some);
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name]);
}

function readAs(reading, isOpen) {
  const line = element(
    "p",
    { className: "read-as" },
    element("b", { textContent: word("ask-understood") }),
    element("span", { className: "name", textContent: readingInWords(reading) }),
  );
  if (isOpen) line.append(element("small", { textContent: word("ask-changeable") }));
  return [line];
}

function lostLines(said) {
  const unknown = unknownCounty(said);
  const why = unknown ? word("ask-no-county", { text: unknown }) : word("ask-lost", { text: said });
  const near = nearestTo(said);
  const line = element(
    "p",
    { className: "lost", id: "ask-lost" },
    element("span", { className: "name", textContent: why }),
    " ",
    word("ask-nearest"),
  );
  return [line, sampleList(near.length ? near : startSamples())];
}

// A reading in words: the question's title, and each condition with its value.
function readingInWords({ question: name, values }) {
  const question = questions.get(name);
  const colon = settings.language === "zh" ? "：" : ": ";
  const parts = question.parameters
    .filter((parameter) => values[parameter.name] !== undefined)
    .map((parameter) => word(`parameter.${parameter.name}`) + colon + valueInWords(parameter, values[parameter.name]));
  return [question.title[settings.language], ...parts].join(" · ");
}

function valueInWords({ type }, value) {
  if (type === "status") return statusWord(value);
  if (type === "type") return word(`class.${value}`);
  return value;
}

function statusWord(status) {
  if (status === "all") return word("ask-any");
  return word(status === "done" ? "ask-status.done" : `status.${status}`);
}

function sampleList(samples) {
  return element(
    "ul",
    { className: "samples" },
    ...samples.map((sample) => {
      const link = element("a", { textContent: sample, className: "name" });
      const reading = understand(sample);
      link.href = addressOf("ask", [reading.question], {
        ...reading.values,
        ...(reading.as ? { as: reading.as } : {}),
        said: sample,
      });
      return element("li", {}, link);
    }),
  );
}

// Without a question: how one may ask, and what is ready.
function askStart() {
  if (asked.said) return [questionMenu()];
  return [element("h3", { textContent: word("ask-try") }), sampleList(startSamples()), questionMenu()];
}

// Questions of the beginning: one example of each, of a plain and of a particular kind.
const startQuestions = [
  ["alliances", ({ values, as }) => !as && !Object.keys(values).length],
  ["formulas"],
  ["similar-counties", ({ values }) => values.other],
  ["mechanisms", ({ values }) => values.county],
  ["shared-practices", ({ values }) => values.practice],
  ["timeline", ({ values }) => values.county],
  ["programmes", ({ values }) => values.status === "planned"],
];

function startSamples() {
  const read = examples(settings.language)
    .map((example) => [example, understand(example)])
    .filter(([, reading]) => reading);
  return startQuestions
    .map(([name, fits = () => true]) => read.find(([, reading]) => reading.question === name && fits(reading)))
    .filter(Boolean)
    .map(([example]) => example);
}

const menuGroups = {
  have: [
    "alliances",
    "mechanisms",
    "programmes",
    "platforms",
    "slogans",
    "formulas",
    "documents",
    "figures",
    "organisations",
  ],
  alike: ["shared-practices", "similar-counties"],
  one: ["county", "evidence", "timeline"],
  read: ["coverage", "articles"],
};

// All questions by what they are about; a question of no group stands with the last.
function menuOrder() {
  const grouped = Object.values(menuGroups).flat();
  const rest = asking.questions.map(({ name }) => name).filter((name) => !grouped.includes(name));
  return Object.entries(menuGroups).map(([group, names]) => [
    group,
    [...names, ...(group === "read" ? rest : [])]
      .filter((name) => questions.has(name))
      .map((name) => questions.get(name)),
  ]);
}

function questionMenu() {
  const groups = menuOrder().flatMap(([group, list]) => [
    element("h3", { textContent: word(`ask-group.${group}`) }),
    element("ul", { className: "plain" }, ...list.map(menuItem)),
  ]);
  const menu = element("nav", { className: "ask-menu" }, ...groups);
  menu.setAttribute("aria-label", word("ask-menu"));
  return menu;
}

function menuItem({ name, title, description }) {
  const link = element("a", { textContent: title[settings.language], href: addressOf("ask", [name]) });
  if (name === asked.name) link.setAttribute("aria-current", "true");
  return element("li", {}, link, element("small", { textContent: description[settings.language] }));
}

function drawPanelMenu() {
  if (chosen === null && view === "ask") drawPanel(null);
}

beginnings.ask = () => (asked.name ? [questionMenu()] : beginning());

// The question and its parameters, to be read and to be changed.
function conditions(question) {
  const menu = element(
    "select",
    { id: "ask-question" },
    ...menuOrder().map(([group, list]) =>
      element(
        "optgroup",
        { label: word(`ask-group.${group}`) },
        ...list.map(({ name, title }) =>
          element("option", { value: name, textContent: title[settings.language], selected: name === question.name }),
        ),
      ),
    ),
  );
  menu.addEventListener("change", () => {
    location.hash = askAddress({ name: menu.value, values: keptValues(menu.value), sort: "", said: "" });
  });
  const fields = question.parameters.map((parameter) => labelled(parameter, fieldOf(question, parameter)));
  const form = element(
    "form",
    { className: "conditions" },
    labelledBy(menu, word("ask-question"), "wide"),
    ...fields,
  );
  if (Object.keys(asked.values).length) {
    const clear = element("button", { type: "button", id: "ask-reset", textContent: word("ask-reset") });
    clear.addEventListener("click", () => {
      location.hash = askAddress({ values: {}, said: "" });
    });
    form.append(clear);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  return element(
    "div",
    {},
    element("p", { className: "description", textContent: question.description[settings.language] }),
    form,
  );
}

// The values that another question takes too.
function keptValues(name) {
  const known = new Set(questions.get(name).parameters.map((parameter) => parameter.name));
  return Object.fromEntries(Object.entries(asked.values).filter(([key]) => known.has(key)));
}

function labelled(parameter, field) {
  field.title = parameter[settings.language];
  return labelledBy(field, word(`parameter.${parameter.name}`));
}

function labelledBy(field, text, className = "") {
  return element(
    "label",
    { className },
    element("span", { textContent: text }),
    ...(Array.isArray(field) ? field : [field]),
  );
}

function fieldOf(question, parameter) {
  const value = asked.values[parameter.name];
  const field = ["county", "status", "type"].includes(parameter.type)
    ? choiceOf(question, parameter, value)
    : textField(question, parameter, value);
  field.id = `ask-${parameter.name}`;
  field.addEventListener("change", () => {
    const values = { ...asked.values, [parameter.name]: field.value.trim() };
    if (!values[parameter.name]) delete values[parameter.name];
    location.hash = askAddress({ values, said: "" });
  });
  return field;
}

function choiceOf(question, { type }, value) {
  const choices = { county: countyChoices, status: statusChoices, type: typeChoices }[type](question, value);
  const meant =
    type === "county" && value && countiesCalled(value).length === 1
      ? valueOfCounty(countiesCalled(value)[0])
      : value || "";
  return element(
    "select",
    {},
    ...choices.map(([key, text]) => element("option", { value: key, textContent: text, selected: key === meant })),
  );
}

function countyChoices(_, value) {
  const named = new Map(
    asking.counties.map((county) => {
      const key = valueOfCounty(county);
      return [key, key === county[1] ? key : `${county[1]} ${key}`];
    }),
  );
  if (value && countiesCalled(value).length !== 1) named.set(value, value); // the answer says why there is none
  return [["", word("ask-any")], ...named];
}

function statusChoices() {
  return [
    ["", word("ask-existing")],
    ["all", word("ask-any")],
    ...asking.statuses.map((status) => [status, statusWord(status)]),
  ];
}

function typeChoices({ name }) {
  const types =
    name === "timeline"
      ? asking.types.filter((type) => !["Organisation", "Person", "Place"].includes(type))
      : asking.types;
  return [["", word("ask-any")], ...types.map((type) => [type, word(`class.${type}`)])];
}

function textField(question, { name, type, tests, default: preset }, value) {
  const field = element("input", {
    type: { integer: "number", date: "date" }[type] || "text",
    value: value || "",
    autocomplete: "off",
    spellcheck: false,
  });
  if (type === "integer") {
    field.min = 1;
    field.placeholder = preset[0] || "";
  }
  if (type === "text") field.size = name === "unit" ? 6 : 12;
  return field;
}

// On a narrow screen the panel lies below: what is chosen comes into view.
document.addEventListener("chosen", () => {
  if (view === "ask" && chosen !== null && innerWidth <= 820) document.getElementById("panel").focus();
});
document.addEventListener("settings", () => {
  if (view === "ask") drawAsk();
});
