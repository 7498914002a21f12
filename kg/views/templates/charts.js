// Small charts of an answer: bars by any column of names, and the days of its reports.

const chartMost = 40;
const chartLine = 28;

function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

// [label, amount, address or null] as bars, all as long as their amounts say, the labels cut to their room.
function barChart(bars, title, width) {
  const room = Math.min(230, Math.max(96, ...bars.map(([label]) => textWidth(label) + 12)));
  const labelRoom = Math.min(room, width * 0.46);
  const longest = Math.max(1, ...bars.map(([, amount]) => amount));
  const scale = (width - labelRoom - 56) / longest;
  const height = bars.length * chartLine + 8;
  const chart = svgElement("svg", {
    class: "chart bars",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "group",
    "aria-label": title,
  });
  bars.forEach(([label, amount, address], at) => {
    const y = at * chartLine + 4;
    const length = Math.max(1, amount * scale);
    const bar = svgElement(
      "g",
      {},
      svgElement("title", {}, `${label}: ${amount}`),
      svgElement("rect", { class: "bar-ground", x: 0, y, width, height: chartLine }),
      chartText(cutTo(label, labelRoom - 12), {
        x: labelRoom - 8,
        y: y + chartLine / 2,
        "text-anchor": "end",
        class: "bar-label",
      }),
      svgElement("rect", { class: "bar", x: labelRoom, y: y + 5, width: length, height: chartLine - 10, rx: 2 }),
      chartText(String(amount), { x: labelRoom + length + 7, y: y + chartLine / 2, class: "bar-amount" }),
    );
    chart.append(address ? linked(bar, address, `${spokenLabel(label, labelRoom - 12)}: ${amount}`) : bar);
  });
  return chart;
}

// A label cut short is read out as it is seen, and then in full.
function spokenLabel(label, room) {
  const seen = cutTo(label, room);
  return seen === label ? label : `${seen} ${label}`;
}

function linked(drawn, address, label) {
  drawn.setAttribute("aria-hidden", "true"); // the label says it in full
  return svgElement("a", { href: address, "aria-label": label }, drawn);
}

function chartText(text, attributes) {
  return svgElement("text", { "dominant-baseline": "central", ...attributes }, text);
}

function textWidth(text) {
  return [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e80 ? 13.5 : 7.5), 0);
}

function cutTo(text, room) {
  if (textWidth(text) <= room) return text;
  const signs = [...text];
  while (signs.length && textWidth(`${signs.join("")}…`) > room) signs.pop();
  return `${signs.join("")}…`;
}

// [date, lane, amount, address or null] as dots on one line a lane, as large as their amounts.
function timeChart(dots, title, width) {
  const dates = [...new Set(dots.map(([date]) => date))].sort();
  const lanes = [...new Set(dots.map(([, lane]) => lane))].slice(0, chartMost);
  const room = Math.min(Math.max(80, ...lanes.map((lane) => textWidth(lane) + 12)), width * 0.36);
  const [first, last] = [dates[0], dates.at(-1)].map((date) => Date.parse(date));
  const inset = 34;
  const x = (date) =>
    room + inset + (last > first ? (Date.parse(date) - first) / (last - first) : 0.5) * (width - room - 2 * inset);
  const most = Math.max(...dots.map(([, , amount]) => amount));
  const height = lanes.length * chartLine + 34;
  const chart = svgElement("svg", {
    class: "chart time",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "group",
    "aria-label": title,
  });
  for (const [at, date] of ticks(dates, x)) {
    chart.append(
      svgElement("line", { class: "tick", x1: at, x2: at, y1: 0, y2: height - 24 }),
      chartText(date, { class: "tick-label", x: at, y: height - 11, "text-anchor": "middle" }),
    );
  }
  lanes.forEach((lane, at) => {
    const y = at * chartLine + chartLine / 2;
    chart.append(
      svgElement("line", { class: "lane", x1: room, x2: width, y1: y, y2: y }),
      chartText(cutTo(lane, room - 12), { class: "bar-label", x: room - 8, y, "text-anchor": "end" }),
    );
  });
  for (const [date, lane, amount, address] of dots) {
    if (!lanes.includes(lane)) continue;
    const label = `${date} ${lane}: ${amount}`;
    const y = lanes.indexOf(lane) * chartLine + chartLine / 2;
    const radius = 4 + 8 * Math.sqrt(amount / most);
    const dot = svgElement(
      "g",
      {},
      svgElement("title", {}, label),
      svgElement("circle", { class: "dot", cx: x(date), cy: y, r: radius.toFixed(1) }),
      radius > 8 ? chartText(String(amount), { class: "dot-amount", x: x(date), y, "text-anchor": "middle" }) : null,
    );
    chart.append(address ? linked(dot, address, label) : dot);
  }
  return chart;
}

// Dates to be written below, as many as have room.
function ticks(dates, x) {
  const kept = [];
  for (const date of dates) if (!kept.length || x(date) - kept.at(-1)[0] > 92) kept.push([x(date), date]);
  return kept;
}
