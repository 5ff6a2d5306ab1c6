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
  const links = document.querySelectorAll(".card h2 a");
  // A number is found whole ("19.4" is not in "119.4"), a word by any part of it.
  const reads = (word) => {
    const exact = word.replace(/[.]/g, "\\.");
    return new RegExp(/^\d/.test(word) ? `(?<![\\d.,])${exact}(?![\\d]|[.,]\\d)` : exact, "u");
  };
  // Of a word that stands nowhere: the nearest that does, a letter or two apart.
  const vocabulary = new Set(texts.join(" ").match(/\p{L}{3,}/gu));
  const distance = (a, b) => {
    let before = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] !== b[j - 1]));
      }
      before = row;
    }
    return before[b.length];
  };
  const near = (word) => {
    if (word.length < 4 || /^\d/.test(word) || texts.some((text) => text.includes(word))) return word;
    let [best, least] = [word, word.length > 6 ? 3 : 2];
    for (const other of vocabulary) {
      if (Math.abs(other.length - word.length) >= least) continue;
      const apart = distance(word, other);
      if (apart < least) [best, least] = [other, apart];
    }
    return best;
  };
  const more = document.getElementById("more");
  const STEP = 50;
  let most = STEP;
  const apply = () => {
    let count = 0;
    const asked = search.value.toLowerCase().match(/\d+(?:[.,]\d+)*|\p{L}[\p{L}\d]*/gu) || [];
    const meant = asked.map(near);
    const wanted = meant.map(reads);
    const holds = (text) => wanted.every((word) => word.test(text));
    // The browser goes on to where the first word stands.
    const goal = meant.length ? `#:~:text=${encodeURIComponent(meant[0])}` : "";
    for (const link of links) {
      link.setAttribute("href", link.getAttribute("href").replace(/#.*$/, "") + goal);
    }
    cards.forEach((card, number) => {
      const found = holds(texts[number]) &&
        !selects.some((s) => s.value && card.getAttribute(`data-filter-${s.dataset.filter}`) !== s.value);
      count += found;
      card.hidden = !found || count > most;
      // Of a page that is found, what of it says so: its headings and captions.
      const parts = card.querySelector(".places");
      for (const part of parts.children) part.hidden = !holds(part.textContent.toLowerCase());
      parts.hidden = !wanted.length || card.hidden || ![...parts.children].some((part) => !part.hidden);
    });
    more.hidden = count <= most;
    const instead = meant.filter((word, number) => word !== asked[number]).join(", ");
    shown.textContent = `${count} ${shown.dataset.ctOf} ${cards.length} ${shown.dataset.ctReports}` +
      (instead && ` (${instead})`);
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
