"use strict";
(() => {
  const find = document.getElementById("find");
  const cards = document.querySelectorAll("[data-page]");
  const selects = [...document.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  const search = document.getElementById("search");
  const hits = document.getElementById("hits");
  const more = document.getElementById("more");
  const told = JSON.parse(document.getElementById("words").textContent);

  // Of each page what is searched: heading and topic, the titles of its figures, its lede, its words.
  // A page is listed as a card, or as a link.
  const pages = told.pages.map(({ address, title, topic, facts, lede, places }) => ({
    address,
    title,
    heading: `${title} ${topic}`.toLowerCase(),
    lede: lede.toLowerCase(),
    places: places.map(([id, title]) => ({ id, title, text: title.toLowerCase() })),
    text: [title, topic, facts, lede, ...places.map(([, title]) => title)].join(" ").toLowerCase(),
  }));
  for (const card of cards) {
    const link = card.matches("a") ? card : card.querySelector("h2 a");
    Object.assign(pages[card.dataset.page], { card, link });
  }
  for (const [numbers, words] of Object.entries(told.words)) {
    for (const number of numbers.split(" ")) pages[number].text += ` ${words}`;
  }

  // Names in other scripts, and codes, stand for the words that the pages have: the longest first,
  // one in Cyrillic letters with any ending.
  const longest = Object.entries(told.names).sort(([a], [b]) => b.length - a.length);
  const names = longest.map(([other, name]) => {
    const stem = other.replace(/(?<=\p{Script=Cyrillic}{4})[аеёийоуыьэюя]+$/u, "");
    const exact = stem.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const whole = `(?<![a-z\\p{Script=Cyrillic}])${exact}(?![a-z])\\p{Script=Cyrillic}*`;
    return [new RegExp(whole, "gu"), ` ${name} `];
  });
  const asIsWritten = (query) => names.reduce((text, [other, name]) => text.replace(other, name), query)
    .replace(/(\d),(\d{1,2})(?!\d)/g, "$1.$2"); // a decimal comma

  // A number is found whole ("19.4" is not in "119.4"), a word by any part of it.
  const reads = (word) => {
    const exact = word.replace(/[.]/g, "\\.");
    return new RegExp(/^\d/.test(word) ? `(?<![\\d.,])${exact}(?![\\d]|[.,]\\d)` : exact, "u");
  };
  // Of a word that stands nowhere: the nearest that does, a letter or two apart.
  const vocabulary = new Set(pages.map((page) => page.text).join(" ").match(/\p{L}{3,}/gu));
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
    if (word.length < 4 || /^\d/.test(word) || pages.some(({ text }) => text.includes(word))) return word;
    let [best, least] = [word, word.length > 6 ? 3 : 2];
    for (const other of vocabulary) {
      if (Math.abs(other.length - word.length) >= least) continue;
      const apart = distance(word, other);
      if (apart < least) [best, least] = [other, apart];
    }
    return best;
  };

  // What a word counts for by where it stands. The figures that have a word in their titles are
  // the hits of a page; one without such a figure is a hit itself.
  const HEADING = 5, FIGURE = 3, LEDE = 2, TEXT = 1, MOST = 8;
  const ranked = (found, wanted, goal) => {
    const count = (text) => wanted.filter((word) => word.test(text)).length;
    const all = found.flatMap((page) => {
      const { address, title: of, heading, lede, text, places } = page;
      const own = HEADING * count(heading) + LEDE * count(lede) + TEXT * count(text);
      const figures = places.filter((place) => count(place.text)).map(({ id, title, text: words }) => (
        { address: `${address}#${id}`, title, of, score: own + FIGURE * count(words) }));
      return figures.length ? figures : [{ address: `${address}${goal}`, title: of, of: "", score: own }];
    });
    return all.sort((one, other) => other.score - one.score).slice(0, MOST);
  };
  const listed = ({ address, title, of }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    item.append(link);
    if (of && of !== title) {
      const page = document.createElement("small");
      page.textContent = ` ${of}`;
      item.append(page);
    }
    return item;
  };

  const STEP = 50;
  let most = STEP;
  const apply = () => {
    const query = asIsWritten(search.value.toLowerCase());
    const asked = query.match(/\d+(?:[.,]\d+)*|\p{L}[\p{L}\d]*/gu) || [];
    const meant = asked.map(near);
    const wanted = meant.map(reads);
    // The browser goes on to where the first word stands.
    const goal = meant.length ? `#:~:text=${encodeURIComponent(meant[0])}` : "";
    const found = pages.filter(({ card, text }) => wanted.every((word) => word.test(text)) &&
      selects.every((s) => !s.value || card.getAttribute(`data-filter-${s.dataset.filter}`) === s.value));
    for (const page of pages) {
      page.link.setAttribute("href", page.address + goal);
      page.card.hidden = !found.includes(page) || found.indexOf(page) >= most;
    }
    hits.replaceChildren(...(wanted.length ? ranked(found, wanted, goal) : []).map(listed));
    hits.hidden = !hits.children.length;
    if (more) more.hidden = found.length <= most;
    const instead = meant.filter((word, number) => word !== asked[number]).join(", ");
    const count = `${found.length} ${shown.dataset.ctOf} ${pages.length} ${shown.dataset.ctReports}`;
    const isAsked = wanted.length || selects.some((s) => s.value);
    shown.textContent = isAsked ? count + (instead && ` (${instead})`) : "";
  };
  for (const form of document.forms) {
    form.addEventListener("input", () => {
      most = STEP;
      apply();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = hits.querySelector("a");
      if (form === find && first) first.click();
    });
    form.hidden = false;
  }
  more?.addEventListener("click", () => {
    most += STEP;
    apply();
  });
  apply();
})();
