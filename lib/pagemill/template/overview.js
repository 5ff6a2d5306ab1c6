"use strict";
(() => {
  const form = document.getElementById("filters");
  const cards = [...document.querySelectorAll(".card")];
  const selects = [...form.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  const apply = () => {
    let count = 0;
    for (const card of cards) {
      card.hidden = selects.some((s) => s.value && card.getAttribute(`data-filter-${s.dataset.filter}`) !== s.value);
      count += !card.hidden;
    }
    shown.textContent = `${count} ${shown.dataset.ctOf} ${cards.length} ${shown.dataset.ctReports}`;
  };
  for (const select of selects) select.addEventListener("change", apply);
  form.hidden = false;
  apply();
})();
