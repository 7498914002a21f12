// The sign of each class, drawn the same in the legend, the lists and the network.

const outlines = {
  square: [[-.8, -.8], [.8, -.8], [.8, .8], [-.8, .8]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  triangle: [[0, -.95], [.95, .75], [-.95, .75]],
  triangleDown: [[0, .95], [.95, -.75], [-.95, -.75]],
  hexagon: [0, 1, 2, 3, 4, 5].map((at) => [Math.cos(at * Math.PI / 3), Math.sin(at * Math.PI / 3)]),
  star: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => {
    const radius = at % 2 ? .45 : 1.05;
    return [radius * Math.sin(at * Math.PI / 5), -radius * Math.cos(at * Math.PI / 5)];
  }),
};

function glyph(cls) {
  const shape = outlines[graph.shapes[cls]];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const sign = document.createElementNS(svg.namespaceURI, shape ? "polygon" : "circle");
  if (shape) sign.setAttribute("points", shape.flat().map((part) => (8 * part).toFixed(2)).join(" "));
  else sign.setAttribute("r", "7");
  svg.setAttribute("viewBox", "-9 -9 18 18");
  svg.setAttribute("class", "glyph");
  svg.setAttribute("aria-hidden", "true");
  svg.style.fill = svg.style.stroke = `var(--${cls})`;
  svg.append(sign);
  return svg;
}

// An element with properties and children; text becomes text, never markup.
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

// A name out of a page: isolated, so that bidirectional controls in it stay in it.
function nameOf(id) {
  return element("span", { className: "name", textContent: labelOf(id), lang: "zh-CN" });
}

function linkTo(id, className = "row-link") {
  const link = element("a", { className }, glyph(graph.things[id].cls), nameOf(id));
  link.href = `#${encodeURIComponent(graph.things[id].fragment)}`;
  return link;
}
