// Labels as a map has them: of one size at every zoom, the weightiest first, none over another.

const labelStyles = {
  County: { size: 15, weight: 700, from: 0, width: 160 },
  Practice: { size: 13, weight: 600, from: 0 },
  Theme: { size: 13, weight: 600, from: 0 },
  Alliance: { size: 12, weight: 500, from: .22 },
  other: { size: 12, weight: 400, from: .58 },
};
const labelWidth = 104;
const wrapped = new Map();

function labelStyle(id) {
  return (!unshared.has(id) && labelStyles[graph.things[id].cls]) || labelStyles.other;
}

// The label's lines, at most three and about equally long, and the width of the widest.
function wrap(context, text, font, width) {
  const key = `${font}${text}`;
  if (wrapped.has(key)) return wrapped.get(key);
  context.font = font;
  let lines = broken(context, text, width);
  const count = lines.length;
  for (let even = context.measureText(text).width / count; count > 1 && even < width; even += 6) {
    const balanced = broken(context, text, even);
    if (balanced.length === count) { lines = balanced; break; }
  }
  if (lines.length > 3) lines.splice(2, lines.length, `${lines[2].slice(0, -1)}…`);
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

// Draws the labels of `candidates` (ids, weightiest first) that find room; those in `forced` are drawn at any zoom.
function drawLabels(context, candidates, forced, dimmed) {
  const matrix = context.getTransform();
  const scale = network.getScale();
  const ratio = matrix.a / scale;
  const { width, height } = context.canvas;
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink");
  const paper = style.getPropertyValue("--paper");
  const family = getComputedStyle(document.body).fontFamily;
  const taken = new Room();
  const placed = (id) => {
    const { x, y, size } = graph.nodes[id];
    const radius = size * scale + (id === chosen ? ringGap + 2 : 0);
    return { x: (matrix.a * x + matrix.e) / ratio, y: (matrix.d * y + matrix.f) / ratio, radius };
  };
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  Object.assign(context, { textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 3.5 });
  const isCounty = (id) => graph.things[id].cls === "County";
  const counties = candidates.filter(isCounty);
  const others = candidates.filter((id) => !isCounty(id));
  for (const id of counties) claimDot(taken, placed(id));
  counties.forEach(draw);
  for (const id of others) claimDot(taken, placed(id));
  others.forEach(draw);
  context.restore();

  function draw(id) {
    const { size, weight, from, width: widest = labelWidth } = labelStyle(id);
    if (scale < from && !forced.has(id)) return;
    const { x, y, radius } = placed(id);
    if (x < -60 || y < -60 || x > width / ratio + 60 || y > height / ratio + 60) return;
    context.font = `${weight} ${size}px ${family}`;
    const label = wrap(context, labelOf(id), context.font, widest);
    const lineHeight = size * 1.25;
    const tall = label.lines.length * lineHeight;
    const aside = radius + 4 + label.width / 2;
    const place = [[x, y + radius + 3], [x, y - radius - tall - 1], [x + aside, y - tall / 2], [x - aside, y - tall / 2]]
      .find(([middle, top]) => taken.claim(middle - label.width / 2 - 2, top, label.width + 4, tall));
    if (place === undefined) return;
    const [middle, top] = place;
    context.globalAlpha = dimmed(id) ? .35 : 1;
    label.lines.forEach((line, at) => {
      context.strokeStyle = paper;
      context.strokeText(line, middle, top + at * lineHeight);
      context.fillStyle = ink;
      context.fillText(line, middle, top + at * lineHeight);
    });
  }
}

// Keeps labels off the dots that can be seen.
function claimDot(taken, { x, y, radius }) {
  if (radius < 2) return;
  const half = radius * .75;
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
