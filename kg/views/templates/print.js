// Print: on white whatever the theme, with every row of a table, and the picture as a drawing that fits the sheet.

let printing = false;  // asked by the tables, which else show a page of their rows
const opened = [];  // what was folded and is printed in full
const sheetWidth = 690; // pixels between the margins of A4

function beforePrint() {
  if (printing) return;
  printing = true;
  document.documentElement.dataset.theme = "print";
  palette.clear();
  if (view === "network") document.querySelector(".stage").append(printedPicture());
  document.dispatchEvent(new Event("printing"));
  for (const details of document.querySelectorAll("main :is(.long, .more):not([open])")) {
    details.open = true;
    opened.push(details);
  }
  const matrix = document.querySelector("#compare .matrix");
  matrix?.style.setProperty("--printed-cell", `${printedCell(matrix)}px`);
}

function afterPrint() {
  printing = false;
  for (const details of opened.splice(0)) details.open = false;
  document.getElementById("printed")?.remove();
  document.documentElement.dataset.theme = settings.theme;
  palette.clear();
  document.dispatchEvent(new Event("printing"));
}

// The picture of the download, without the names that parts of this page have already.
function printedPicture() {
  const drawing = new DOMParser().parseFromString(toSvg(), "image/svg+xml").documentElement;
  for (const part of drawing.querySelectorAll("[id]")) part.removeAttribute("id");
  drawing.removeAttribute("width");
  drawing.removeAttribute("height");
  return element("div", { id: "printed" }, document.adoptNode(drawing));
}

function printedCell(matrix) {
  const columns = matrix.querySelectorAll("thead th").length - 1;
  return Math.round(Math.max(7, Math.min(30, (sheetWidth - 170) / columns)));
}

addEventListener("beforeprint", beforePrint);
addEventListener("afterprint", afterPrint);
