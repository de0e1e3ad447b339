"use strict";
// A click on a column's head sorts its table; a second one turns the order round.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const language = table.closest("article").lang;
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.cells[column];
      return cell.dataset.order === undefined ? null : Number(cell.dataset.order.replace("inf", "Infinity"));
    };
    const numeric = [...body.rows].some(row => key(row) !== null);
    const order = (a, b) => {
      if (!numeric) return a.cells[column].textContent.localeCompare(b.cells[column].textContent, language);
      const x = key(a), y = key(b);
      if (x === null || y === null) return (x === null) - (y === null);
      return x - y;
    };
    const turn = (a, b) => (numeric && (key(a) === null || key(b) === null)) ? order(a, b) : down ? -order(a, b) : order(a, b);
    body.append(...[...body.rows].sort(turn));
  }));
}
