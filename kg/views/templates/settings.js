// Language and theme: chosen by the reader, remembered where the browser allows it.

const words = JSON.parse(document.getElementById("words").textContent);
const settings = { language: remembered("language", "zh"), theme: remembered("theme", preferredTheme()) };

function preferredTheme() {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function remembered(key, otherwise) {
  // A browser may refuse storage to pages opened from disk; the default then holds.
  try { return localStorage.getItem(`dangjian.${key}`) || otherwise; } catch { return otherwise; }
}

function remember(key, value) {
  settings[key] = value;
  try { localStorage.setItem(`dangjian.${key}`, value); } catch { /* refused: valid for this visit */ }
}

// The words of `key` in the reader's language; {name} is replaced, "one|many" chosen by n.
function word(key, values = {}) {
  const forms = (words[key] ? words[key][settings.language] : key).split("|");
  const form = forms.length > 1 && values.n !== 1 ? forms[1] : forms[0];
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function translate() {
  const root = document.documentElement;
  root.lang = settings.language === "zh" ? "zh-CN" : "en";
  root.dataset.theme = settings.theme;
  for (const element of document.querySelectorAll("[data-word]")) {
    const n = element.dataset.n;
    element.textContent = word(element.dataset.word, n === undefined ? {} : { n: Number(n) });
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
    if (element.placeholder !== undefined) element.placeholder = word(element.dataset.label);
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === settings.language));
  }
  document.getElementById("theme").setAttribute("aria-pressed", String(settings.theme === "dark"));
  document.dispatchEvent(new Event("settings"));
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { remember("language", button.dataset.language); translate(); });
}
document.getElementById("theme").addEventListener("click", () => {
  remember("theme", settings.theme === "dark" ? "light" : "dark");
  translate();
});
translate();
