// Views of the same graph: network, table, ask, compare, read. The address says which one is open:
// #THING chooses a thing in whatever view is open, #/VIEW/part?name=value opens a view.

const onOpen = {};  // by view: what it does when it is opened, with the parts of its address and its parameters
let view = "network";
let viewAddress = "#";  // of what is open, to come back to when a thing is put away

function viewBoxes(name) {
  return name === "network" ? ["canvas", "zoom", "caption"] : [name];
}

function showView(name, parts = [], values = new URLSearchParams()) {
  view = name;
  document.getElementById("main").dataset.view = name;
  for (const button of document.querySelectorAll("[data-view][aria-pressed]")) {
    const open = button.dataset.view === name;
    button.setAttribute("aria-pressed", String(open));
    for (const id of viewBoxes(button.dataset.view)) document.getElementById(id).hidden = !open;
  }
  if (onOpen[name]) onOpen[name](parts, values);
  document.dispatchEvent(new Event("opened"));
}

// The address of a view: ask, [alliances], {county: 370832} gives #/ask/alliances?county=370832.
function addressOf(name, parts = [], values = {}) {
  const query = new URLSearchParams(values).toString();
  return `#/${[name, ...parts].map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

// Opens the view that the address names and returns true; false if it names a thing or nothing.
function openByAddress() {
  const [path, query] = location.hash.slice(1).split("?");
  if (!path.startsWith("/")) return false;
  const [name, ...parts] = path.slice(1).split("/").map(decodeURIComponent);
  if (!document.getElementById(`show-${name}`)) return false;
  viewAddress = location.hash;
  showView(name, parts, new URLSearchParams(query || ""));
  return true;
}

for (const button of document.querySelectorAll("[data-view][aria-pressed]")) {
  button.addEventListener("click", () => {
    const { view: name } = button.dataset;
    const address = addressOf(name);
    if (["network", "table"].includes(name) || location.hash === address) showView(name);
    location.hash = address;
  });
}
