// Puts everything on the page.

const data = JSON.parse(document.getElementById("data").textContent);

for (const host of document.querySelectorAll("[data-chart]")) {
  keepDrawn(host, lineChart(data.charts[Number(host.dataset.chart)]));
}
if (data.confusion) keepDrawn(document.getElementById("confusion-plot"), confusionMatrix(data.confusion));
if (document.getElementById("calibration-plot")) {
  keepDrawn(document.getElementById("calibration-plot"), calibrationDiagram(data.calibration || []));
}

const onlyWrong = document.getElementById("only-wrong");
if (onlyWrong) {
  onlyWrong.setAttribute("aria-pressed", "false");
  onlyWrong.addEventListener("click", () => {
    const on = document.querySelector(".samples").classList.toggle("only-wrong");
    onlyWrong.setAttribute("aria-pressed", String(on));
  });
}

/** The value a cell is sorted by: its number where it has one. */
function sortKey(cell) {
  const number = Number(cell.textContent.replace("−", "-").replace(/[^0-9.-]/g, ""));
  return cell.classList.contains("number") ? number : cell.textContent;
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.tabIndex = 0;
    const sort = () => {
      const rising = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => {
        const [left, right] = [sortKey(a.cells[column]), sortKey(b.cells[column])];
        const order = typeof left === "number" ? left - right : left.localeCompare(right);
        return rising ? order : -order;
      });
      table.tBodies[0].append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => event.key === "Enter" && sort());
  });
}

const links = [...document.querySelectorAll("nav a")];
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    links.forEach((link) => link.classList.toggle("here", link.hash === "#" + entry.target.id));
  }
}, { rootMargin: "-20% 0px -70% 0px" });
document.querySelectorAll("main section").forEach((section) => watcher.observe(section));
