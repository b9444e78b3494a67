// The reliability diagram: accuracy by confidence, above how many predictions are that sure.

function calibrationDiagram(bins) {
  return (host, width) => {
    const size = Math.min(width, 480);
    calibrationLegend(host);
    const box = { left: 48, right: size - 10, top: 10, bottom: Math.round(size * 0.72) };
    const counts = { top: box.bottom + 34, bottom: box.bottom + 34 + Math.round(size * 0.16) };
    const svg = canvas(host, size, counts.bottom + 38, "Accuracy by confidence");
    const x = (value) => box.left + value * (box.right - box.left);
    const y = (value) => box.bottom - value * (box.bottom - box.top);
    calibrationGrid(svg, box, counts, x, y, size);
    const largest = Math.max(1, ...bins.map((bin) => bin.count));
    for (const bin of bins) {
      if (bin.count > 0) drawBin(svg, bin, x, y, counts, largest);
    }
    draw(svg, "line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1),
      style: "stroke:var(--soft);stroke-dasharray:4 4", "pointer-events": "none" });
  };
}

function calibrationLegend(host) {
  const box = document.createElement("div");
  box.className = "legend";
  for (const [name, color] of [["right", "--s0"], ["too sure", "--s1"], ["not sure enough", "--s2"]]) {
    const entry = document.createElement("span");
    entry.textContent = name;
    entry.style.setProperty("--color", `var(${color})`);
    box.appendChild(entry);
  }
  host.appendChild(box);
}

function calibrationGrid(svg, box, counts, x, y, size) {
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    draw(svg, "line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) });
    draw(svg, "text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, value * 100 + " %");
    draw(svg, "text", { x: x(value), y: counts.bottom + 16, "text-anchor": value === 1 ? "end" : "middle" }, value * 100 + " %");
  }
  draw(svg, "text", { x: box.left + 6, y: box.top + 12 }, "accuracy");
  draw(svg, "text", { x: box.left + 6, y: counts.top - 6 }, "predictions");
  draw(svg, "line", { class: "axis", x1: box.left, x2: box.right, y1: counts.bottom, y2: counts.bottom });
  draw(svg, "text", { x: (box.left + box.right) / 2, y: counts.bottom + 33, "text-anchor": "middle" }, "confidence");
}

function drawBin(svg, bin, x, y, counts, largest) {
  const left = x(bin.lower) + 1;
  const width = Math.max(1, x(bin.upper) - x(bin.lower) - 2);
  const group = draw(svg, "g", {});
  const rect = (top, bottom, style) => draw(group, "rect",
    { x: left, y: Math.min(top, bottom), width, height: Math.max(0, Math.abs(bottom - top)), style });
  const gap = bin.confidence > bin.accuracy ? "--s1" : "--s2";
  rect(y(Math.min(bin.accuracy, bin.confidence)), y(0), "fill:var(--s0);fill-opacity:.8");
  rect(y(bin.accuracy), y(bin.confidence), `fill:var(${gap});fill-opacity:.75`);
  const height = Math.max(1.5, (bin.count / largest) * (counts.bottom - counts.top));
  rect(counts.bottom - height, counts.bottom, "fill:var(--soft);fill-opacity:.6");
  rect(y(1), counts.bottom, "fill:transparent");
  const show = (event) => showTip(event,
    `Confidence ${formatted(bin.lower, "PERCENT", 0.01)} to ${formatted(bin.upper, "PERCENT", 0.01)}`, [
      ["predictions", bin.count.toLocaleString("en-US")],
      ["mean confidence", formatted(bin.confidence, "PERCENT")],
      ["accuracy", formatted(bin.accuracy, "PERCENT")],
    ]);
  group.addEventListener("pointermove", show);
  group.addEventListener("pointerdown", show);
  group.addEventListener("pointerleave", hideTip);
}
