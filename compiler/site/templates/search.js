// The list, searched as one types: every word must be found in a row's key, which holds its names, their pinyin and initials.
"use strict";
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const input = document.getElementById("q"), kind = document.getElementById("k"), found = document.getElementById("found");
  const rows = [...document.querySelectorAll("tbody tr")].map(row => ({ row, key: row.dataset.k, kind: row.cells[1].textContent }));
  // The day is the reader's own: a page does not know when it was made.
  const now = new Date(), pad = number => String(number).padStart(2, "0");
  const today = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  for (const { row } of rows) {
    const { since = "", until = "" } = row.dataset;
    const said = until && until < today ? words.ended : since > today ? words.ahead.replace("{since}", since) : "";
    if (!said) continue;
    const mark = document.createElement("strong");
    mark.textContent = ` ${said}`;
    row.cells[0].append(mark);
    row.classList.add("out");
  }
  const look = () => {
    const asked = input.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of rows) {
      const fits = (!kind.value || one.kind === kind.value) && asked.every(word => one.key.includes(word));
      one.row.hidden = !fits;
      count += fits;
    }
    found.textContent = asked.length || kind.value ? words.found.replace("{n}", count) : "";
  };
  input.addEventListener("input", look);
  kind.addEventListener("change", look);
  document.querySelector("form").addEventListener("submit", event => {
    event.preventDefault();
    const first = rows.find(one => !one.row.hidden);
    if (first) first.row.querySelector("a").click();
  });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== input && !keyless()) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && input.value) {
      input.value = "";
      look();
    }
  });
  look();
})();
