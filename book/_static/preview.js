// Previews: pointing at a reference, or focusing it, shows what it leads to; at a symbol in a
// formula, what it is. The arrow keys go from symbol to symbol of a formula that is focused.
// They follow WCAG 1.4.13: Escape dismisses one, the pointer may move onto it, and it stays.
(() => {
  const REFERENCES = 'article a.reference.internal[href*="#"]';
  const SYMBOL = "[data-symbol]";
  const DELAY = 150; // ms: who only passes over a link sees nothing
  const GRACE = 300; // ms: to move the pointer from the link to its preview
  const NEAR = 16; // px: a finger that touches no symbol means the nearest
  const TAP = { zh: "再点一次，前往原处", en: "Tap again to go there" };
  const KEYS = { zh: "按 ← → 看其他记号", en: "← → for the other symbols" };
  const PARTS = {
    entry: { zh: "这里是它的一个元素", en: "here: one of its entries" },
    row: { zh: "这里是它的一行", en: "here: one of its rows" },
    column: { zh: "这里是它的一列", en: "here: one of its columns" },
  };

  const box = document.createElement("div");
  box.id = "preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  const status = document.createElement("div"); // tells what the arrow keys have come to
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  (document.querySelector("main") ?? document.body).append(box, status);

  let wanted = null; // the link, or symbol, whose preview is on its way
  let shown = null; // the one whose preview is open
  let timer = 0;
  let pointer = "mouse"; // what was pressed last
  const pages = new Map([[location.pathname, Promise.resolve(document)]]);

  // ---------------------------------------------------------------- what to show
  const pageOf = (link) => {
    const { pathname, protocol, origin } = new URL(link.href);
    if (!pages.has(pathname)) {
      // a page opened from a disk may not read its neighbours
      if (protocol === "file:" || origin !== location.origin) return Promise.resolve(null);
      const page = fetch(pathname)
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((text) => text && new DOMParser().parseFromString(text, "text/html"))
        .catch(() => {
          pages.delete(pathname); // the network may be back when it is asked for again
          return null;
        });
      pages.set(pathname, page);
    }
    return pages.get(pathname);
  };

  // An equation, a figure or a citation is shown whole; a term with its definition; of a section
  // its title and its first paragraph.
  const partsOf = (target) => {
    if (target.matches("dt")) return [target, target.nextElementSibling];
    if (target.matches("section")) {
      const heading = target.querySelector(":scope > :is(h1, h2, h3, h4)");
      const first = target.querySelector(":scope > :is(p, .pair, .zh, .en)");
      return [
        heading,
        first?.querySelector(".pair > *") ? first : (first?.querySelector("p") ?? first),
      ];
    }
    return [target.closest("div.math, figure, .citation, li, p, table") ?? target];
  };

  const copy = (part) => {
    const clone = part.cloneNode(true);
    for (const unwanted of clone.querySelectorAll(
      ".headerlink, .backrefs, details, script, button",
    )) {
      unwanted.remove();
    }
    for (const link of clone.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    for (const element of [clone, ...clone.querySelectorAll("[id], [tabindex], [data-symbol]")]) {
      for (const name of ["id", "tabindex", "data-symbol"]) element.removeAttribute(name);
    }
    return clone;
  };

  const noteOf = (words) => {
    const note = document.createElement("p");
    note.className = "preview-hint";
    note.textContent = words[document.documentElement.lang.slice(0, 2)];
    return note;
  };

  // Of a symbol its row in the page's tables: names, values, meaning.
  const explanationOf = (symbol) => {
    const [row, part] = symbol.dataset.symbol.split(" ");
    const { cells } = document.querySelectorAll("table.symbols tbody tr")[row];
    const content = document.createElement("div");
    content.className = "symbol";
    content.append(...[...cells].flatMap((cell) => [...copy(cell).childNodes]));
    return part ? [content, noteOf(PARTS[part])] : [content];
  };

  const contentOf = async (link) => {
    if (link.matches(SYMBOL)) return explanationOf(link);
    const page = await pageOf(link);
    const target = page?.getElementById(decodeURIComponent(new URL(link.href).hash.slice(1)));
    return target ? partsOf(target).filter(Boolean).map(copy) : [];
  };

  // ---------------------------------------------------------------- where to show it
  // What has the focus while a preview is open: of a symbol, its formula.
  const holderOf = (link) => link.closest(".equation") ?? link;
  const isFocused = (link) => holderOf(link).matches(":focus-visible");

  // Below a formula, in which a symbol may be lit elsewhere; but where a mouse could not come onto
  // it without meeting other symbols, below the line of the symbol, or the symbol in a table.
  const place = (link) => {
    const { left } = link.getBoundingClientRect();
    const stays = pointer === "touch" || isFocused(link);
    const line = stays ? ".equation" : ".katex-base:not(:has(.mtable))";
    const { top, bottom } = (link.closest(line) ?? link).getBoundingClientRect();
    const origin = box.offsetParent.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    box.style.left = `${Math.max(8, Math.min(left, room)) - origin.left}px`;
    const above = bottom + box.offsetHeight + 8 > innerHeight && top > box.offsetHeight + 8;
    box.style.top = `${(above ? top - box.offsetHeight - 6 : bottom + 6) - origin.top}px`;
  };

  const light = (symbol) => {
    const numberOf = ({ dataset }) => parseInt(dataset.symbol, 10);
    for (const other of symbol.closest(".katex").querySelectorAll(SYMBOL)) {
      if (numberOf(other) === numberOf(symbol)) other.classList.add("lit");
    }
    symbol.classList.add("shown");
  };

  const hide = () => {
    clearTimeout(timer);
    if (shown) holderOf(shown).removeAttribute("aria-describedby");
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit", "shown");
    status.replaceChildren();
    wanted = shown = null;
    box.hidden = true;
  };

  const show = async (link, hint) => {
    wanted = link;
    clearTimeout(timer); // of what the reader has left
    const content = await contentOf(link);
    if (wanted !== link) return true; // while the page came, the reader went on
    hide();
    if (!content.length) return false;
    box.replaceChildren(...content);
    if (hint) box.append(noteOf(hint));
    box.hidden = false;
    place(link);
    holderOf(link).setAttribute("aria-describedby", box.id);
    if (link.matches(SYMBOL)) light(link);
    shown = link;
    return true;
  };

  // ---------------------------------------------------------------- when to show it
  const later = (work, delay) => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
  const linkAt = ({ target }) =>
    target instanceof Element && !box.contains(target)
      ? (target.closest(REFERENCES) ?? target.closest(SYMBOL))
      : null;

  const nearestSymbol = ({ target, clientX, clientY }) => {
    const symbols = [...(target.closest(".equation, .katex")?.querySelectorAll(SYMBOL) ?? [])];
    const distances = symbols.map((symbol) => {
      const { left, right, top, bottom } = symbol.getBoundingClientRect();
      const away = (from, to, at) => Math.max(from - at, 0, at - to);
      return Math.hypot(away(left, right, clientX), away(top, bottom, clientY));
    });
    const least = Math.min(...distances);
    return least <= NEAR ? symbols[distances.indexOf(least)] : null;
  };

  for (const link of document.querySelectorAll(REFERENCES)) link.removeAttribute("title");

  addEventListener("pointerdown", (event) => (pointer = event.pointerType), { capture: true });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event);
    if (box.contains(event.target) || (link && link === shown)) clearTimeout(timer);
    else if (link) later(() => show(link), DELAY);
    else if (!shown || !isFocused(shown)) later(hide, GRACE);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    const first = event.target.matches(".equation") && event.target.querySelector(SYMBOL);
    if (first && event.target.matches(":focus-visible")) show(first, KEYS);
    else if (link?.matches(":focus-visible")) show(link);
    else if ((wanted ?? shown) && !link && !event.target.contains(shown)) hide();
  });
  document.addEventListener("focusout", (event) => {
    const left = wanted ?? shown;
    if (!left || event.target !== holderOf(left)) return;
    later(() => box.matches(":hover") || hide(), 0); // who clicks on the preview means to stay
  });
  document.addEventListener("keydown", async (event) => {
    if (event.key === "Escape" && shown) hide();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const isBare = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!step || !isBare || !event.target.matches(".equation")) return;
    const symbols = [...event.target.querySelectorAll(SYMBOL)];
    const next = symbols[symbols.indexOf(shown) + step];
    if (!next) return; // at an end the browser scrolls
    event.preventDefault();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    await show(next, KEYS);
    status.replaceChildren(...[...box.children].slice(0, -1).map((part) => part.cloneNode(true)));
  });
  // Of a reference a first tap shows, a second goes; a click elsewhere, or on what is shown, closes.
  document.addEventListener("click", async (event) => {
    const isTouched = pointer === "touch";
    const link = linkAt(event) ?? (isTouched ? nearestSymbol(event) : null);
    const isAgain = link === shown || link === wanted;
    if (!link || isAgain || !(isTouched || link.matches(SYMBOL))) {
      if (!box.contains(event.target)) hide();
    } else if (link.matches(SYMBOL)) {
      show(link);
    } else {
      event.preventDefault();
      if (!(await show(link, TAP))) location.href = link.href;
    }
  });
})();
