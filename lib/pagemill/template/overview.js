"use strict";
(() => {
  const form = document.getElementById("filters");
  const cards = [...document.querySelectorAll(".card")];
  const selects = [...form.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  // Words of each page, beside those of its card.
  const texts = cards.map((card) => card.textContent.toLowerCase());
  const found = JSON.parse(document.getElementById("words").textContent);
  for (const [pages, words] of Object.entries(found)) {
    for (const page of pages.split(" ")) texts[page] += ` ${words}`;
  }
  const search = document.getElementById("search");
  const more = document.getElementById("more");
  const STEP = 50;
  let most = STEP;
  const apply = () => {
    let count = 0;
    const wanted = search.value.toLowerCase().split(/[^\p{L}\d]+/u).filter(Boolean);
    const holds = (text) => wanted.every((word) => text.includes(word));
    cards.forEach((card, number) => {
      const found = holds(texts[number]) &&
        !selects.some((s) => s.value && card.getAttribute(`data-filter-${s.dataset.filter}`) !== s.value);
      count += found;
      card.hidden = !found || count > most;
      // Of a page that is found, what of it says so: its headings and captions.
      const places = card.querySelector(".places");
      for (const place of places.children) place.hidden = !holds(place.textContent.toLowerCase());
      places.hidden = !wanted.length || card.hidden || ![...places.children].some((place) => !place.hidden);
    });
    more.hidden = count <= most;
    shown.textContent = `${count} ${shown.dataset.ctOf} ${cards.length} ${shown.dataset.ctReports}`;
  };
  form.addEventListener("input", () => {
    most = STEP;
    apply();
  });
  more.addEventListener("click", () => {
    most += STEP;
    apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
