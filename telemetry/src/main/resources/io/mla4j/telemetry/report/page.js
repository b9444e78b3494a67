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
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step + 0); // Adding 0 turns −0 into 0.
  return { values: found, step };
}

function grouped(value, digits) {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The fewest decimals that show a step exactly: 0.025 needs three. */
function decimalsOf(step) {
  const isWhole = (number) => Math.abs(number - Math.round(number)) < 1e-6;
  return [0, 1, 2, 3, 4, 5].find((decimals) => isWhole(step * 10 ** decimals)) ?? 6;
}

/** A value as text, with the digits that a step between neighbours needs, where one is given. */
function formatted(value, unit, step) {
  const scale = unit === "PERCENT" ? 100 : 1;
  const shown = value * scale;
  const size = Math.abs(shown);
  if (size === 0) return unit === "PERCENT" ? "0 %" : "0";
  if (size < 1e-3 || size >= 1e9) return exponential(shown, step ? step * scale : size / 1e3);
  const decimals = step ? decimalsOf(step * scale) : size >= 1000 ? 0 : size >= 10 ? 2 : 4;
  const text = grouped(shown, decimals).replace("-", "−");
  return unit === "PERCENT" ? text + " %" : text;
}

function exponential(value, step) {
  const orders = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step) + 1e-9);
  return value.toExponential(clamp(orders, 0, 6)).replace("e+", "e").replaceAll("-", "−");
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
  const redraw = () => {
    const style = getComputedStyle(host);
    const width = Math.floor(host.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
    if (width === last || width <= 0) return;
    last = width;
    host.replaceChildren();
    drawing(host, width);
  };
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(host);
}
