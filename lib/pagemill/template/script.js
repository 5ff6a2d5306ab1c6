"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Code: one switch for all cells.
  const cells = [...document.querySelectorAll("details.code")];
  // By its place: an output may have the same id.
  const codeSwitch = document.querySelector("body > nav #code-switch");
  if (cells.length) {
    const words = [codeSwitch.textContent, codeSwitch.dataset.ctHide];
    codeSwitch.hidden = false;
    codeSwitch.addEventListener("click", () => {
      const on = codeSwitch.getAttribute("aria-pressed") !== "true";
      codeSwitch.setAttribute("aria-pressed", on);
      codeSwitch.textContent = words[Number(on)];
      for (const cell of cells) {
        cell.open = on;
        cell.classList.toggle("offered", on);
      }
    });
  }

  // What an address names is shown, in a folded part too.
  const reveal = () => {
    const name = decodeURIComponent(location.hash.slice(1).split("?")[0]);
    const target = name && document.getElementById(name);
    const fold = target && target.closest("details:not([open])");
    if (fold) {
      fold.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Registers: rows that hold all the words typed, and what is chosen of a column.
  for (const register of document.querySelectorAll(".ct-register")) {
    const table = register.querySelector("table");
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    const bar = document.createElement("form");
    bar.className = "ct-filters";
    const labelled = (text, control) => {
      const label = document.createElement("label");
      label.append(text, control);
      bar.append(label);
      return control;
    };
    const [filter, all, of, ofRows] = register.dataset.ctLabels.split("|");
    const words = labelled(filter, document.createElement("input"));
    words.type = "search";
    const selects = heads.filter((head) => head.dataset.ctChoice).map((head) => {
      const select = labelled(head.dataset.ctChoice, document.createElement("select"));
      const column = heads.indexOf(head);
      const values = new Set(rows.map((row) => row.cells[column].textContent));
      select.add(new Option(all, ""));
      for (const value of [...values].sort()) select.add(new Option(value));
      return { select, column };
    });
    const shown = document.createElement("output");
    shown.setAttribute("aria-live", "polite");
    bar.append(shown);
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const wanted = words.value.toLowerCase().split(/\s+/);
      let count = 0;
      rows.forEach((row, number) => {
        row.hidden = !wanted.every((word) => texts[number].includes(word)) || selects.some(
          ({ select, column }) => select.value && row.cells[column].textContent !== select.value);
        count += !row.hidden;
      });
      shown.textContent = `${count} ${of} ${rows.length} ${ofRows}`;
    };
    // What is filtered stands in the address, so that it can be sent.
    const controls = [words, ...selects.map(({ select }) => select)];
    const keep = () => {
      const state = controls.map((control) => encodeURIComponent(control.value)).join("&");
      const isAll = controls.every((control) => !control.value);
      history.replaceState(null, "", `#${register.id}${isAll ? "" : `?${state}`}`);
    };
    const [name, state] = location.hash.slice(1).split("?");
    if (name === register.id && state) {
      state.split("&").forEach((value, number) => {
        if (controls[number]) controls[number].value = decodeURIComponent(value);
      });
    }
    bar.addEventListener("input", () => {
      apply();
      keep();
    });
    bar.addEventListener("submit", (event) => event.preventDefault());
    register.prepend(bar);
    apply();
  }

  // On a phone a row of a register, of long words, or of a table that is wider than the window is a
  // block: no column is out of sight. What is folded has no width yet: there its columns are counted.
  for (const table of document.querySelectorAll(".ct-register table, .ct-table")) {
    if (!matchMedia("(max-width: 40rem)").matches) break;
    const heads = [...table.tHead.rows[0].cells];
    const isWide = table.offsetWidth ? table.offsetWidth > table.parentElement.clientWidth : heads.length > 3;
    if (!isWide && !table.matches(".ct-register *, :has(.ct-long)")) continue;
    table.classList.add("ct-list");
    for (const row of table.tBodies[0].rows) {
      heads.forEach((head, column) => {
        row.cells[column].dataset.ctHead = head.textContent;
        row.cells[column].classList.toggle("ct-line", head.classList.contains("ct-long"));
      });
    }
  }

  // Tables: a button in each column header sorts up, down, and back to the order as published.
  // Numbers sort by their exact value, dates by the calendar, other texts by the alphabet.
  const months = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  const dateOf = (text) => {
    const [, day, month, year] = text.match(/^(?:(?:(\d\d?)\s)?([A-Z][a-z]+)\s)?(\d{4})$/) || [];
    const number = months.indexOf(month) + 1;
    return year && (!month || number) ? year * 10000 + number * 100 + Number(day || 0) : null;
  };
  const keysOf = (rows, column) => {
    const cells = rows.map((row) => row.cells[column]);
    const texts = cells.map((cell) => cell.textContent.trim().replace(/^\u2013$/, ""));
    if (cells.some((cell) => cell.dataset.sort !== undefined)) {
      return cells.map((cell) => (cell.dataset.sort ? Number(cell.dataset.sort) : ""));
    }
    const dates = texts.map((text) => (text ? dateOf(text) : ""));
    return dates.includes(null) ? texts : dates;
  };
  const compare = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  for (const table of document.querySelectorAll("article table")) {
    const body = table.tBodies[0];
    const head = table.tHead && table.tHead.rows.length === 1 ? table.tHead.rows[0] : null;
    if (!head || !body || body.rows.length < 3 || table.querySelector("[rowspan], [colspan]")) continue;
    const original = [...body.rows];
    [...head.cells].forEach((header, column) => {
      if (!header.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", header.textContent.trim());
      header.append(button);
      button.addEventListener("click", () => {
        const before = header.getAttribute("aria-sort");
        const next = before === null ? "ascending" : before === "ascending" ? "descending" : null;
        for (const other of head.cells) other.removeAttribute("aria-sort");
        const rows = [...original];
        if (next) {
          header.setAttribute("aria-sort", next);
          const sign = next === "ascending" ? 1 : -1;
          const keys = new Map(keysOf(rows, column).map((key, number) => [rows[number], key]));
          rows.sort((one, other) => {
            const [a, b] = [keys.get(one), keys.get(other)];
            return a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b);
          });
        }
        body.append(...rows);
      });
    });
  }

  // Figures: the value of each mark by mouse, finger and arrow keys.
  const SVG = "http://www.w3.org/2000/svg";
  const REACH = 40;
  const tip = document.createElement("output");
  tip.className = "ct-tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;
  const hide = () => {
    if (shown) shown.classList.remove("ct-at");
    shown = null;
    tip.hidden = true;
  };
  const show = (mark) => {
    if (mark === shown) return;
    hide();
    shown = mark;
    mark.classList.add("ct-at");
    tip.hidden = false;
    tip.textContent = mark.dataset.ctValue;
    const box = mark.getBoundingClientRect();
    const left = box.x + box.width / 2 - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
    const above = box.y - tip.offsetHeight - 8;
    tip.style.top = `${above < 4 ? box.bottom + 8 : above}px`;
  };
  for (const drawing of document.querySelectorAll(".ct-drawing")) {
    const marks = [...drawing.querySelectorAll("svg g > title")].map((title) => {
      const mark = title.parentNode;
      mark.dataset.ctValue = title.textContent;
      title.remove(); // the browser's own would stand beside ours
      return mark;
    });
    if (!marks.length) continue;
    // The nearest; of those that a finger is on, the smallest: a point before its line.
    const nearest = (x, y) => {
      let best = null;
      let least = [REACH, Infinity];
      for (const mark of marks) {
        const box = mark.getBoundingClientRect();
        const apart = Math.hypot(Math.max(box.x - x, x - box.right, 0), Math.max(box.y - y, y - box.bottom, 0));
        const area = box.width * box.height;
        if (apart < least[0] || (apart === least[0] && area < least[1])) {
          best = mark;
          least = [apart, area];
        }
      }
      return best;
    };
    let at = -1;
    const point = ({ type, clientX, clientY, movementX, movementY }) => {
      // A page that scrolls under a resting mouse is no movement of it.
      if (type === "pointermove" && !movementX && !movementY) return;
      const mark = nearest(clientX, clientY);
      at = marks.indexOf(mark);
      if (mark) show(mark);
      else hide();
    };
    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerdown", point);
    drawing.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") hide();
    });
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", drawing.closest("figure").dataset.ctKeys);
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    drawing.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      if (!(event.key in steps)) return;
      event.preventDefault();
      at = Math.max(0, Math.min(at + steps[event.key], marks.length - 1));
      show(marks[at]);
    });
    drawing.addEventListener("blur", hide);
  }
  addEventListener("scroll", hide, { passive: true });

  // Figures: save as SVG or PNG, with title and source in the picture and the light colours.
  const standalone = (figure) => {
    const svg = figure.querySelector("svg").cloneNode(true);
    const frame = svg.querySelector(".ct-export");
    if (frame) {
      frame.removeAttribute("display");
      svg.setAttribute("viewBox", svg.dataset.ctViewbox || svg.getAttribute("viewBox"));
    }
    const [, , width, height] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.setAttribute("xmlns", SVG);
    svg.removeAttribute("style");
    for (const mark of svg.querySelectorAll("[data-ct-value]")) {
      const title = document.createElementNS(SVG, "title");
      title.textContent = mark.dataset.ctValue;
      mark.prepend(title);
    }
    const text = new XMLSerializer().serializeToString(svg)
      .replace(/var\(--[\w-]+,\s*([^)]+)\)/g, "$1");
    return { text, width, height };
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const picture = async (text, width, height) => {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = Math.max(2, 1600 / width);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };
  // Where it is read there is no list of sources: their publishers are named.
  const citation = (figure, credit) => {
    const cite = document.querySelector("body > footer #cite");
    const title = figure.querySelector("figcaption").lastChild.textContent;
    return `“${title}”. ${credit} ${cite.textContent.trim()}`.replace(/\s+/g, " ");
  };
  for (const button of document.querySelectorAll("button[data-ct-save]")) {
    const figure = document.getElementById(button.dataset.ctFigure);
    if (!figure || !figure.querySelector("svg")) continue;
    const kind = button.dataset.ctSave;
    const copies = ["copy", "cite"].includes(kind);
    if (copies && !(navigator.clipboard && window.ClipboardItem)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { text, width, height } = standalone(figure);
      if (kind === "svg") save(new Blob([text], { type: "image/svg+xml" }), `${figure.id}.svg`);
      else if (kind === "png") save(await picture(text, width, height), `${figure.id}.png`);
      else {
        if (kind === "cite") await navigator.clipboard.writeText(citation(figure, button.dataset.ctCredit));
        else await navigator.clipboard.write([new ClipboardItem({ "image/png": picture(text, width, height) })]);
        button.classList.add("ct-done");
      }
    });
  }
})();
