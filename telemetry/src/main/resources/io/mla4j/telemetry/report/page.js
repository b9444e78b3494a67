"use strict";

// Drawing and reading aids that the charts share.

const SVG = "http://www.w3.org/2000/svg";

/** Appends an SVG element to a parent. */
function draw(parent, name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  parent.appendChild(node);
  return node;
}

function canvas(host, width, height, label) {
  const node = draw(host, "svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
  node.setAttribute("aria-label", label);
  return node;
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Round numbers that cover a range, about as many as asked for. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return { values: found, step };
}

function grouped(value, digits) {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number with as many digits as a step between neighbours needs. */
function formatted(value, unit, step) {
  const scale = unit === "PERCENT" ? 100 : 1;
  const shown = value * scale;
  const size = Math.abs(shown);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) return shown.toExponential(step ? 0 : 3).replace("e+", "e");
  // The step's own digits: 0.025 needs three although its power of ten would suggest two.
  const needed = step ? [0, 1, 2, 3, 4, 5, 6].find((d) => Math.abs((step * scale * 10 ** d) % 1) < 1e-6
    || Math.abs((step * scale * 10 ** d) % 1 - 1) < 1e-6) ?? 6 : size >= 1000 ? 0 : size >= 10 ? 2 : 4;
  const text = grouped(shown, needed);
  return (unit === "PERCENT" ? text + " %" : text).replace("-", "−");
}

const measuring = document.createElement("canvas").getContext("2d");

function textWidth(text, size) {
  measuring.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return measuring.measureText(text).width;
}

/** A text cut to a width, with an ellipsis. */
function fitted(text, width, size) {
  if (textWidth(text, size) <= width) return text;
  let end = text.length;
  while (end > 1 && textWidth(text.slice(0, end) + "…", size) > width) end--;
  return text.slice(0, end).trimEnd() + "…";
}

const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.appendChild(tip);

/** Shows a title and rows of [name, value, colour] beside the pointer. */
function showTip(event, title, rows) {
  tip.replaceChildren();
  const heading = document.createElement("b");
  heading.textContent = title;
  tip.appendChild(heading);
  for (const [name, value] of rows) {
    const row = document.createElement("div");
    row.className = "row";
    const key = document.createElement("i");
    key.textContent = name;
    const number = document.createElement("span");
    number.textContent = value;
    row.append(key, number);
    tip.appendChild(row);
  }
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const right = event.clientX + 16 + width < innerWidth;
  tip.style.left = clamp(right ? event.clientX + 16 : event.clientX - 16 - width, 4, innerWidth - width - 4) + "px";
  tip.style.top = clamp(event.clientY - height - 12, 4, innerHeight - height - 4) + "px";
}

function hideTip() {
  tip.hidden = true;
}

/** Draws now and whenever the host's width changes. */
function keepDrawn(host, drawing) {
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.floor(host.clientWidth);
    if (width === last || width === 0) return;
    last = width;
    host.replaceChildren();
    drawing(host, width);
  }).observe(host);
}
