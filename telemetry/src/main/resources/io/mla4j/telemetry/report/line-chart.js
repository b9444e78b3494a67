// Curves over a common axis, with a crosshair.

function lineChart(chart) {
  const series = chart.series.map((one, index) => ({
    ...one,
    color: `var(--s${index % 6})`,
    trend: one.trend && one.trend.x.length > 0 ? one.trend : null,
  }));
  return (host, width) => {
    legend(host, series);
    const range = yRange(series, chart.unit);
    const frame = chartFrame(host, width, chart, series, range);
    for (const mark of chart.marks) drawMark(frame, mark);
    for (const one of series) drawSeries(frame, one);
    if (range.outside > 0) {
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = range.outside === 1
        ? "One value lies outside the frame."
        : `${range.outside} values lie outside the frame.`;
      host.appendChild(note);
    }
    crosshair(frame, chart, series);
  };
}

function legend(host, series) {
  const box = document.createElement("div");
  box.className = "legend";
  if (series.length > 1) {
    for (const one of series) {
      const entry = document.createElement("span");
      entry.textContent = one.name;
      entry.style.setProperty("--color", one.color);
      box.appendChild(entry);
    }
  } else if (series[0] && series[0].trend) {
    box.textContent = "each step, and the running median";
  }
  host.appendChild(box);
}

/** From the lowest to the highest value, except that a few outliers must not flatten the rest. */
function yRange(series, unit) {
  const values = series.flatMap((one) => one.y.filter((y) => y !== null)).sort((a, b) => a - b);
  if (values.length === 0) return { low: 0, high: 1, outside: 0 };
  let low = values[0];
  let high = values[values.length - 1];
  const inner = values[Math.floor(0.985 * (values.length - 1))];
  if (values.length > 40 && high - low > 6 * (inner - low) && inner > low) high = low + 1.6 * (inner - low);
  const outside = values.filter((value) => value > high).length;
  if (low > 0 && low < 0.4 * high) low = 0;
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const bounded = unit === "PERCENT" && low >= 0 && high <= 1;
  return {
    low: low === 0 ? 0 : bounded ? Math.max(0, low - pad) : low - pad,
    high: bounded ? Math.min(1, high + pad) : high + pad,
    outside,
  };
}

function chartFrame(host, width, chart, series, range) {
  const height = Math.round(clamp(width * 0.52, 200, 270));
  const yTicks = ticks(range.low, range.high, height / 46);
  const labels = yTicks.values.map((value) => formatted(value, chart.unit, yTicks.step));
  const left = Math.ceil(Math.max(...labels.map((text) => textWidth(text, 12)))) + 12;
  const box = { left, right: width - 14, top: 8, bottom: height - 38 };
  const xs = series.flatMap((one) => [one.x[0], one.x[one.x.length - 1]]).filter((x) => x !== undefined);
  let [first, last] = [Math.min(...xs), Math.max(...xs)];
  if (!(last > first)) [first, last] = [first - 1, first + 1];
  const x = (value) => box.left + ((value - first) / (last - first)) * (box.right - box.left);
  const y = (value) => box.bottom - ((value - range.low) / (range.high - range.low)) * (box.bottom - box.top);
  const svg = canvas(host, width, height, `${chart.title}: ${series.map((one) => one.name).join(", ")}`);
  yTicks.values.forEach((value, i) => {
    draw(svg, "line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) });
    draw(svg, "text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, labels[i]);
  });
  const xTicks = ticks(first, last, (box.right - box.left) / 90);
  for (const value of xTicks.values) {
    const anchor = x(value) > box.right - 16 ? "end" : "middle";
    draw(svg, "text", { x: Math.min(x(value), box.right), y: box.bottom + 18, "text-anchor": anchor },
      formatted(value, "NUMBER", xTicks.step));
  }
  draw(svg, "line", { class: "axis", x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom });
  draw(svg, "text", { x: (box.left + box.right) / 2, y: height - 4, "text-anchor": "middle" }, chart.xLabel);
  const clip = "clip" + Math.random().toString(36).slice(2);
  draw(draw(svg, "clipPath", { id: clip }), "rect",
    { x: box.left - 4, y: box.top - 4, width: box.right - box.left + 8, height: box.bottom - box.top + 8 });
  return { svg, box, x, y, clip: `url(#${clip})` };
}

function pathOf(frame, xs, ys) {
  let path = "";
  let pen = false;
  ys.forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    path += (pen ? "L" : "M") + frame.x(xs[i]).toFixed(1) + " " + frame.y(value).toFixed(1);
    pen = true;
  });
  return path;
}

function drawSeries(frame, one) {
  const line = { fill: "none", "stroke-linejoin": "round", "clip-path": frame.clip };
  const style = `stroke:${one.color}`;
  draw(frame.svg, "path", { ...line, style, d: pathOf(frame, one.x, one.y),
    "stroke-width": one.trend ? 1 : 2, opacity: one.trend ? 0.28 : 1 });
  if (one.trend) draw(frame.svg, "path", { ...line, style, d: pathOf(frame, one.trend.x, one.trend.y), "stroke-width": 2 });
  if (one.y.length <= 40) {
    one.y.forEach((value, i) => {
      if (value !== null) {
        draw(frame.svg, "circle", { cx: frame.x(one.x[i]), cy: frame.y(value), r: 2.6,
          style: `fill:${one.color}`, "clip-path": frame.clip });
      }
    });
  }
}

function drawMark(frame, mark) {
  const at = frame.x(mark.x);
  const line = draw(frame.svg, "line", { class: "mark", x1: at, x2: at, y1: frame.box.top, y2: frame.box.bottom });
  draw(line, "title", {}, mark.label);
}

/** Index of the value nearest to x among rising values. */
function nearest(values, x) {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] < x) low = middle;
    else high = middle;
  }
  return Math.abs(values[low] - x) <= Math.abs(values[high] - x) ? low : high;
}

function crosshair(frame, chart, series) {
  const { svg, box } = frame;
  const hair = draw(svg, "line", { class: "axis", y1: box.top, y2: box.bottom, visibility: "hidden" });
  const dots = series.map((one) => draw(svg, "circle",
    { r: 4, style: `fill:${one.color};stroke:var(--card);stroke-width:2`, visibility: "hidden" }));
  const hide = () => {
    for (const node of [hair, ...dots]) node.setAttribute("visibility", "hidden");
    hideTip();
  };
  const show = (event) => {
    const pointer = event.clientX - svg.getBoundingClientRect().left;
    const candidates = series.filter((one) => one.x.length > 0)
      .map((one) => one.x[nearest(one.x, valueAt(frame, pointer, one))]);
    if (candidates.length === 0) return;
    const at = candidates.reduce((a, b) => (Math.abs(frame.x(a) - pointer) <= Math.abs(frame.x(b) - pointer) ? a : b));
    const rows = [];
    series.forEach((one, i) => {
      const index = one.x.length ? nearest(one.x, at) : -1;
      const here = index >= 0 && Math.abs(frame.x(one.x[index]) - frame.x(at)) < 6;
      const value = here ? one.y[index] : null;
      dots[i].setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value === null) return;
      const drawn = one.trend ? one.trend.y[nearest(one.trend.x, at)] : value;
      dots[i].setAttribute("cx", frame.x(one.x[index]));
      dots[i].setAttribute("cy", clamp(frame.y(drawn), box.top, box.bottom));
      rows.push([one.name, formatted(value, chart.unit)]);
      if (one.trend) rows.push(["running median", formatted(drawn, chart.unit)]);
    });
    for (const mark of chart.marks) {
      if (Math.abs(frame.x(mark.x) - frame.x(at)) < 6) rows.push([mark.label, ""]);
    }
    hair.setAttribute("x1", frame.x(at));
    hair.setAttribute("x2", frame.x(at));
    hair.setAttribute("visibility", "visible");
    showTip(event, `${chart.xLabel} ${at.toLocaleString("en-US")}`, rows);
  };
  svg.addEventListener("pointermove", show);
  svg.addEventListener("pointerdown", show);
  svg.addEventListener("pointerleave", hide);
}

/** The x under a position of the pointer, by interpolation between a series' ends. */
function valueAt(frame, pointer, one) {
  const [a, b] = [one.x[0], one.x[one.x.length - 1]];
  const [from, to] = [frame.x(a), frame.x(b)];
  return to === from ? a : a + ((pointer - from) / (to - from)) * (b - a);
}
