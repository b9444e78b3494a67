// The confusion matrix as a heat map. Right cells and wrong ones have a colour each; where there are
// many classes the map scrolls under its row labels rather than shrink beyond reading.

function confusionMatrix(matrix) {
  return (host, width) => {
    const plan = matrixPlan(matrix, width);
    const side = canvas(host, plan.labelWidth, plan.height, "True classes");
    side.setAttribute("class", "side");
    const map = canvas(host, plan.mapWidth, plan.height, `Confusion matrix of ${matrix.labels.length} classes`);
    const rows = matrix.labels.map((label, i) => draw(side, "text",
      { x: plan.labelWidth - 8, y: plan.top + (i + 0.5) * plan.cell + plan.font * 0.35,
        "text-anchor": "end", style: `font-size:${plan.font}px` }, fitted(label, plan.labelWidth - 10, plan.font)));
    const columns = matrix.labels.map((label, i) => columnLabel(map, plan, label, i));
    drawCells(map, matrix, plan);
    inspectCells(map, matrix, plan, rows, columns);
  };
}

function matrixPlan(matrix, width) {
  const count = matrix.labels.length;
  const font = count > 30 ? 10 : 12.5;
  const widest = Math.max(...matrix.labels.map((label) => textWidth(label, font)));
  const longest = width < 560 ? 110 : count > 30 ? 165 : 190;
  const labelWidth = Math.ceil(Math.min(widest, longest) + 12);
  const largest = count <= 4 ? 104 : 64;
  const flat = widest + 10 < clamp((width - labelWidth) / count, 0, largest);
  const columnText = Math.min(widest, longest);
  // Slanted labels reach beyond the last column.
  const slanted = !flat && count <= 30;
  const overhang = slanted ? Math.ceil(columnText * 0.71) : 0;
  const cell = clamp(Math.floor((width - labelWidth - overhang) / count), count > 30 ? 12 : 24, largest);
  const top = flat ? 26 : Math.ceil(columnText * (slanted ? 0.71 : 1)) + 16;
  return { count, font, labelWidth, cell, top, flat, slanted, columnText,
    mapWidth: cell * count + overhang + 2, height: top + cell * count + 2 };
}

function columnLabel(map, plan, label, index) {
  const text = fitted(label, plan.columnText, plan.font);
  const x = (index + 0.5) * plan.cell;
  const style = `font-size:${plan.font}px`;
  if (plan.flat) return draw(map, "text", { x, y: plan.top - 10, "text-anchor": "middle", style }, text);
  const angle = plan.slanted ? -45 : -90;
  const [dx, dy] = plan.slanted ? [0, -8] : [plan.font * 0.35, -6];
  return draw(map, "text", { transform: `translate(${x + dx} ${plan.top + dy}) rotate(${angle})`, style }, text);
}

function drawCells(map, matrix, plan) {
  const size = plan.cell * plan.count;
  draw(map, "rect", { x: 0, y: plan.top, width: size, height: size, style: "fill:var(--grid)", opacity: 0.6 });
  const gap = plan.cell > 20 ? 2 : 1;
  matrix.rows.forEach((row, truth) => {
    const support = rowSum(row);
    for (let i = 0; i < row.length; i += 2) {
      const share = row[i + 1] / support;
      const right = row[i] === truth;
      const strength = right ? 0.12 + 0.88 * share : 0.16 + 0.84 * Math.sqrt(share);
      const x = row[i] * plan.cell;
      const y = plan.top + truth * plan.cell;
      draw(map, "rect", { x: x + gap / 2, y: y + gap / 2, width: plan.cell - gap, height: plan.cell - gap,
        rx: plan.cell > 20 ? 3 : 1, style: `fill:var(${right ? "--s0" : "--s1"});fill-opacity:${strength.toFixed(3)}` });
      if (plan.cell >= 24) cellNumber(map, plan, x, y, row[i + 1], strength);
    }
  });
}

function cellNumber(map, plan, x, y, count, strength) {
  const text = count.toLocaleString("en-US");
  const size = Math.min(14, plan.cell * 0.42, (plan.cell - 4) / (text.length * 0.58));
  const color = strength > 0.55 ? "var(--card)" : "var(--ink)";
  draw(map, "text", { x: x + plan.cell / 2, y: y + plan.cell / 2 + size * 0.36, "text-anchor": "middle",
    style: `font-size:${size}px;fill:${color}` }, text);
}

function rowSum(row) {
  let sum = 0;
  for (let i = 1; i < row.length; i += 2) sum += row[i];
  return sum;
}

function countAt(row, column) {
  for (let i = 0; i < row.length; i += 2) if (row[i] === column) return row[i + 1];
  return 0;
}

function inspectCells(map, matrix, plan, rows, columns) {
  const outline = draw(map, "rect", { class: "cell", width: plan.cell, height: plan.cell, visibility: "hidden" });
  let marked = [];
  const clear = () => {
    marked.forEach((label) => label.classList.remove("on"));
    marked = [];
    outline.setAttribute("visibility", "hidden");
  };
  const show = (event) => {
    const area = map.getBoundingClientRect();
    const column = Math.floor((event.clientX - area.left) / plan.cell);
    const truth = Math.floor((event.clientY - area.top - plan.top) / plan.cell);
    clear();
    if (truth < 0 || column < 0 || truth >= plan.count || column >= plan.count) {
      hideTip();
      return;
    }
    marked = [rows[truth], columns[column]];
    marked.forEach((label) => label.classList.add("on"));
    outline.setAttribute("x", column * plan.cell);
    outline.setAttribute("y", plan.top + truth * plan.cell);
    outline.setAttribute("visibility", "visible");
    const count = countAt(matrix.rows[truth], column);
    const support = rowSum(matrix.rows[truth]);
    const share = support ? ` of ${support.toLocaleString("en-US")} (${formatted(count / support, "PERCENT", 0.001)})` : "";
    showTip(event, count.toLocaleString("en-US") + share,
      [["true", matrix.labels[truth]], ["predicted", matrix.labels[column]]]);
  };
  map.addEventListener("pointermove", show);
  map.addEventListener("pointerdown", show);
  map.addEventListener("pointerleave", () => {
    clear();
    hideTip();
  });
}
