// An answer as picture: the network shows its things alone. #/network/ask/QUESTION?county=… is its address.

onOpen.network = async (parts, given) => {
  const [, name] = parts;
  if (parts[0] !== "ask" || !questions.has(name)) {
    showEverything();
    return;
  }
  const address = location.hash;
  const values = Object.fromEntries(given);
  try {
    const answer = await source.answer(name, values);
    if (location.hash === address) showOnly(thingsOf(answer), questions.get(name), values);
  } catch (error) {
    document.getElementById("status").textContent = error.message;
  }
};

function thingsOf({ columns, rows }) {
  const places = columns.flatMap((column, at) => (column.endsWith("Iri") ? [at] : []));
  return new Set(rows.flatMap((row) => places.map((at) => idOfIri(row[at] || ""))).filter((id) => id !== undefined));
}

function showOnly(ids, question, values) {
  only = ids.size ? ids : null;
  chosen = null;
  company = new Set();
  show(ids.size ? [...new Set([...ids].map((id) => graph.things[id].cls))] : startClasses());
  const title = readingInWords({ question: question.name, values });
  const back = element("a", {
    href: addressOf("ask", [question.name], values),
    textContent: word("ask-back"),
    id: "ask-back",
  });
  const all = element("a", { href: addressOf("network"), textContent: word("ask-unlimit"), id: "ask-unlimit" });
  const text = word(ids.size ? "ask-limited" : "ask-limited-none", { title, n: ids.size });
  const note = element(
    "div",
    { id: "limited", className: "limited" },
    element("span", { className: "name", textContent: text }),
    back,
    all,
  );
  note.setAttribute("role", "status");
  document.getElementById("limited")?.remove();
  document.querySelector(".stage").append(note);
  frame([...ids].filter(isShown), false);
  network.redraw();
}

function showEverything() {
  document.getElementById("limited")?.remove();
  if (only === null) return;
  only = null;
  show(startClasses());
  frame(byWeight.filter(isShown), false);
}

document.addEventListener("opened", () => {
  if (view !== "network") showEverything();
});
document.addEventListener("settings", () => {
  if (document.getElementById("limited")) openByAddress();
});
