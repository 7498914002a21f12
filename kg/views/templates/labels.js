// Labels as a map has them: of one size at every zoom, the weightiest first, none over another.

const labelStyles = {
  County: { size: 15, weight: 700, from: 0, width: 160 },
  Practice: { size: 13, weight: 600, from: 0 },
  Theme: { size: 13, weight: 600, from: 0 },
  Alliance: { size: 12, weight: 500, from: .22 },
  other: { size: 12, weight: 400, from: .58 },
};
const labelWidths = { zh: 104, en: 128 };
const wrapped = new Map();

const manyCounties = 24;

function labelStyle(id, counties) {
  const style = (!unshared.has(id) && labelStyles[graph.things[id].cls]) || labelStyles.other;
  return style === labelStyles.County && counties > manyCounties ? { ...style, size: 13, width: 92 } : style;
}

// The label's lines, at most three and about equally long, and the width of the widest.
function wrap(context, text, font, width) {
  const key = `${font}${width}${text}`;
  if (wrapped.has(key)) return wrapped.get(key);
  context.font = font;
  let lines = broken(context, text, width);
  const count = lines.length;
  for (let even = context.measureText(text).width / count; count > 1 && even < width; even += 6) {
    const balanced = broken(context, text, even);
    if (balanced.length === count) { lines = balanced; break; }
  }
  const third = lines[2];
  if (lines.length > 3) lines.splice(2, lines.length, /[a-z]$/i.test(third) ? `${third} …` : `${third.slice(0, -1)}…`);
  const found = { lines, width: Math.max(...lines.map((line) => context.measureText(line).width)) };
  wrapped.set(key, found);
  return found;
}

// Lines no wider than `width`, broken between Chinese characters or Latin words, no closing mark at a line's head.
function broken(context, text, width) {
  const lines = [""];
  for (const piece of text.match(/(?:[\x21-\x7e\u00c0-\u024f]+|[“‘《（〈]?[^])[”’》）〉、，。！？]*/gu) || []) {
    const last = lines.length - 1;
    if (lines[last] && context.measureText(lines[last] + piece).width > width) lines.push(piece.trimStart());
    else lines[last] += piece;
  }
  return lines;
}

// The labels of `symbols` (weightiest first) that find room; those of `forced` are wanted at any zoom.
function placeLabels(context, symbols, forced, { width, height, scale }) {
  const family = getComputedStyle(document.body).fontFamily;
  const taken = new Room();
  const isCounty = ({ cls }) => cls === "County" || (cls === "Theme" && Boolean(graph.quiet)); // few among very many
  const counties = symbols.filter(isCounty);
  const others = symbols.filter((symbol) => !isCounty(symbol));
  counties.forEach((symbol) => claimDot(taken, symbol));
  const found = counties.map(place);
  others.forEach((symbol) => claimDot(taken, symbol));
  return [...found, ...others.map(place)].filter(Boolean);

  function place(symbol) {
    const { id, x, y } = symbol;
    const { size, weight, from, width: widest = labelWidths[settings.language] } = labelStyle(id, counties.length);
    if (scale < from && !forced.has(id)) return null;
    context.font = `${weight} ${size}px ${family}`;
    const label = wrap(context, labelOf(id), context.font, Math.min(widest, Math.max(80, width / 5)));
    const lineHeight = size * 1.25;
    const tall = label.lines.length * lineHeight;
    const radius = symbol.radius + (id === chosen ? ringGap + 2 : 0);
    const half = label.width / 2;
    const isWhole = ([middle, top]) => middle > half && middle + half < width && top > 0 && top + tall < height;
    const inside = (middle) => (x < 0 || x > width ? middle : Math.max(half + 4, Math.min(middle, width - half - 4)));
    const spot = spots(symbol, radius, label.width, tall).map(([middle, top]) => [inside(middle), top])
      .sort((one, other) => isWhole(other) - isWhole(one))
      .find(([middle, top]) => taken.claim(middle - half - 2, top, label.width + 4, tall));
    if (spot === undefined) return null;
    const [middle, top] = spot;
    const box = { left: middle - half, top, width: label.width, height: tall };
    return { id, lines: label.lines, middle, lineHeight, size, weight, ...box };
  }
}

// Where a label may stand, best first: middle and top. A ring of counties has its labels outside.
function spots({ id, x, y, ring }, radius, wide, tall) {
  const aside = radius + 5 + wide / 2;
  const [below, above] = [[x, y + radius + 3], [x, y - radius - tall - 2]];
  const [right, left] = [[x + aside, y - tall / 2], [x - aside, y - tall / 2]];
  if (!ring) return [below, above, right, left];
  const { x: east, y: south } = graph.nodes[id];
  const upright = south < 0 ? [above, below] : [below, above];
  const level = east < 0 ? [left, right] : [right, left];
  const flat = Math.abs(east) * .8 > Math.abs(south);
  const further = [x, upright[0][1] + (south < 0 ? -tall : tall) * .9]; // a second row outside
  return flat ? [level[0], ...upright, level[1]] : [upright[0], further, level[0], upright[1], level[1]];
}

function paintLabels(context, labels, dimmed) {
  const family = getComputedStyle(document.body).fontFamily;
  const [ink, paper] = [colour("ink"), colour("paper")];
  context.save();
  Object.assign(context, { textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 3.5 });
  for (const { id, lines, middle, top, lineHeight, size, weight } of labels) {
    context.font = `${weight} ${size}px ${family}`;
    context.globalAlpha = dimmed(id) ? .35 : 1;
    lines.forEach((line, at) => {
      context.strokeStyle = paper;
      context.strokeText(line, middle, top + at * lineHeight);
      context.fillStyle = ink;
      context.fillText(line, middle, top + at * lineHeight);
    });
  }
  context.restore();
}

// Keeps labels off the dots that can be seen.
function claimDot(taken, { x, y, radius }) {
  if (radius < 2) return;
  const half = radius * .8;
  taken.claim(x - half, y - half, 2 * half, 2 * half);
}

// Rectangles already given away, looked up by squares of 128 pixels.
class Room {
  constructor() { this.squares = new Map(); }

  claim(x, y, width, height) {
    const mine = { x, y, right: x + width, bottom: y + height };
    const squares = [];
    for (let column = Math.floor(x / 128); column <= Math.floor(mine.right / 128); column += 1) {
      for (let row = Math.floor(y / 128); row <= Math.floor(mine.bottom / 128); row += 1) {
        const square = `${column}/${row}`;
        const there = this.squares.get(square) || [];
        if (there.some((box) => overlap(box, mine))) return false;
        squares.push([square, there]);
      }
    }
    for (const [square, there] of squares) this.squares.set(square, [...there, mine]);
    return true;
  }
}

function overlap(one, other) {
  return one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom;
}
