// Headings of tables become buttons that sort; without this script all tables are complete.
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading, column));
  });
}

function sort(table, heading, column) {
  const down = heading.getAttribute("aria-sort") !== "descending";
  const rows = [...table.tBodies[0].rows];
  const keys = new Map(rows.map((row) => [row, key(row.cells[column])]));
  rows.sort((a, b) => compare(keys.get(a), keys.get(b), down ? -1 : 1));
  table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...rows);
}

function key(cell) {
  const text = cell.textContent.trim();
  if (!cell.classList.contains("n")) return text;
  const digits = text.replaceAll(",", "").replace("−", "-").match(/-?[\d.]+/);
  return digits ? Number(digits[0]) : text;
}

// Unknown values stay at the end, whichever way the others are sorted.
function compare(a, b, direction) {
  const unknown = (value) => value === "" || value === "n/a";
  if (unknown(a) || unknown(b)) return unknown(a) - unknown(b);
  return direction * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
}
