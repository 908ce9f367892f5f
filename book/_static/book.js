// What a reader does with a page: change its language, fade one, scroll a formula, copy, print, …

// A browser that refuses storage simply does not remember.
const remember = (storage, key, value) => {
  try {
    storage.setItem(key, value);
  } catch {}
};
const recall = (storage, key) => {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
};

// Copies a text that an element shows.  A page that came by plain HTTP has no clipboard, but may ask
// the browser to copy what is selected; where that is refused, too, it stays selected for the reader.
const copied = async (text, shown) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(shown);
    const give = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", give, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", give);
    if (done) getSelection().removeAllRanges();
    return done;
  }
};

// A policy may refuse styles that are attributes, and with them what places the parts of a formula:
// css/formulas.css then lets the browser set it, and css/icons.css draws icons as letters.
(() => {
  const probe = document.createElement("i");
  probe.setAttribute("style", "top: 1px");
  if (!probe.style.top) document.documentElement.dataset.strict = "";
})();

// Loads a script, from a file as well, and resolves with its element, where it may have left data.
globalThis.loadScript = (address) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(script);
    script.onerror = reject;
    document.head.append(script);
  });

// The line of the view at which people read: below the header, which stays in place.
const readingLine = () => {
  const header = document.querySelector(".bd-header-article");
  return (header ? header.getBoundingClientRect().bottom : 0) + 16;
};

// What is not laid out yet has no place (see page.css).
const sectionAt = (line) =>
  [...document.querySelectorAll("article section[id]")]
    .filter((section) => section.checkVisibility({ contentVisibilityAuto: true }))
    .filter((section) => section.getBoundingClientRect().top <= line + 1)
    .pop();

// ---------------------------------------------------------------- the same place, another language
// Sections have the same ids and the same blocks in all editions: a place is a section, the number
// of a block in it, and how far the reading line has come through that block.
(() => {
  const placeNow = () => {
    const line = readingLine();
    const section = sectionAt(line);
    if (!section || scrollY < 1) return null;
    const blocks = [...section.children];
    const index = blocks.findLastIndex((block) => block.getBoundingClientRect().top <= line + 1);
    const { top, height } = blocks[Math.max(index, 0)].getBoundingClientRect();
    const share = height ? Math.min((line - top) / height, 1) : 0;
    return { section: section.id, index: Math.max(index, 0), share };
  };

  const goTo = ({ section, index, share }) => {
    const block = document.getElementById(section)?.children[index];
    if (!block) return;
    const { top, height } = block.getBoundingClientRect();
    scrollBy({ top: top + share * height - readingLine(), behavior: "instant" });
  };

  const page = location.pathname.split("/").pop();
  const kept = JSON.parse(recall(sessionStorage, "place") ?? "null");
  if (kept) remember(sessionStorage, "place", "null");
  if (kept?.page === page) {
    document.documentElement.dataset.whole = "";
    let touched = false;
    for (const event of ["wheel", "touchstart", "keydown", "pointerdown"]) {
      addEventListener(event, () => (touched = true), { once: true, passive: true });
    }
    goTo(kept.place);
    // fonts and figures that come later move the text; so does the browser's own jump to the hash
    addEventListener("load", () => touched || requestAnimationFrame(() => goTo(kept.place)));
  }

  for (const link of document.querySelectorAll(".language-switch a")) {
    link.addEventListener("click", () => {
      const place = placeNow();
      link.hash = place ? place.section : "";
      remember(sessionStorage, "place", JSON.stringify(place && { page, place }));
      remember(localStorage, "edition", link.dataset.edition);
    });
  }
})();

// ---------------------------------------------------------------- fading one language of a pair
(() => {
  const choices = [...document.querySelectorAll(".fade-language input")];
  if (choices.length === 0) return;
  const fade = (language) => {
    document.documentElement.dataset.fade = language;
    for (const block of document.querySelectorAll(".pair > *")) {
      // what is faded can be focused, and comes back then
      if (language && block.classList.contains(language)) block.tabIndex = 0;
      else block.removeAttribute("tabindex");
    }
  };
  const kept = recall(localStorage, "fade");
  for (const choice of choices) {
    if (kept && choice.value === kept) {
      choice.checked = true;
      fade(kept);
    }
    choice.addEventListener("change", () => {
      fade(choice.value);
      remember(localStorage, "fade", choice.value);
    });
  }
})();

// ---------------------------------------------------------------- what the keyboard reaches
// Formulas, code, outputs and tables scroll in their boxes; the keyboard reaches a box that does,
// and a formula whose symbols explain themselves.
// All boxes are measured before the first is changed: the page is laid out once, not once for each.
(() => {
  const boxes = "div.math .equation, pre, .cell_output > .output, .pst-scrollable-table-container";
  const attributes = (box) => {
    const number = box.matches(".equation") && box.parentElement.querySelector(".eqno");
    const label = number ? { role: "group", "aria-label": number.firstChild.textContent } : {};
    return { tabindex: 0, ...label };
  };
  const watch = new ResizeObserver((entries) => {
    const reached = entries.map(
      ({ target }) =>
        target.scrollWidth > target.clientWidth || target.matches(".equation:has([data-symbol])"),
    );
    entries.forEach(({ target }, i) => {
      for (const [name, value] of Object.entries(attributes(target))) {
        if (reached[i]) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    });
  });
  for (const box of document.querySelectorAll(boxes)) watch.observe(box);
})();

// ---------------------------------------------------------------- what a check found
// A mark beside a formula opens a card over the text: Escape closes it, and so does a click elsewhere.
(() => {
  const opened = () => document.querySelector("details.evidence[open]");
  document.addEventListener("click", ({ target }) => {
    const card = opened();
    if (card && !card.contains(target)) card.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    const card = key === "Escape" && opened();
    if (!card) return;
    card.open = false;
    card.firstElementChild.focus();
  });
})();

// ---------------------------------------------------------------- copying code
(() => {
  const [before, after, refused] = document.getElementById("copy-words")?.content.children ?? [];
  if (!before) return;
  const status = document.createElement("div"); // what a screen reader is told
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
  const say = (element, words) => element.replaceChildren(...words.cloneNode(true).childNodes);

  // of an interactive session what was typed: no prompts, and not what came back
  const codeOf = (listing) => {
    if ("edited" in listing.dataset) return listing.dataset.edited; // by the reader: see cells.mjs
    const session = listing.textContent.match(/^>>>.*(\n\.\.\..*)*/gm);
    const code = session?.join("\n").replace(/^(>>>|\.\.\.) ?/gm, "") ?? listing.textContent;
    return code.trimEnd();
  };

  for (const listing of document.querySelectorAll("article .highlight > pre")) {
    if (listing.closest(".output")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-code";
    button.lang = document.documentElement.lang; // also in a listing of another language
    say(button, before);
    button.addEventListener("click", async () => {
      const shown = listing.hidden ? listing.nextElementSibling : listing;
      const words = (await copied(codeOf(listing), shown)) ? after : refused;
      say(button, words);
      say(status, words);
      clearTimeout(button.timer);
      button.timer = setTimeout(() => {
        say(button, before);
        status.replaceChildren(); // the same words are told again when they come again
      }, 3000);
    });
    listing.before(button);
  }
})();

// ---------------------------------------------------------------- solutions
// All are opened, or closed, at once; paper has those that are open, and says so where one is not.
(() => {
  const solutions = [...document.querySelectorAll("details.solution")];
  const exercise = document.querySelector("section > details.solution")?.parentElement;
  const exercises = exercise?.parentElement.closest("section");
  const words = document.getElementById("solution-words")?.content;
  if (!exercises || !words) return;
  const [open, close, note] = words.cloneNode(true).children;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "all-solutions";
  const isOpen = () => solutions.every((solution) => solution.open);
  const describe = () => button.replaceChildren(isOpen() ? close : open);
  button.addEventListener("click", () => {
    const opened = !isOpen();
    for (const solution of solutions) solution.open = opened;
  });
  for (const solution of solutions) solution.addEventListener("toggle", describe);
  describe();
  note.className = "not-printed";
  exercises.firstElementChild.after(button, note);
})();

// ---------------------------------------------------------------- a figure, enlarged
// Without scripts the link opens the file. The dialog is the browser's: Escape closes it, and the
// focus comes back to the figure.
(() => {
  const ENLARGED = 1.75; // a figure is enlarged so many times; what does not fit the window scrolls
  const CLOSE = { zh: "关闭", en: "Close" };
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a.enlarge");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const shown = link.querySelector("img");
    const drawn = link.querySelector("svg") ?? shown; // an SVG is of a figure that moves: explore.js
    const dialog = document.createElement("dialog");
    dialog.className = "figure";
    dialog.setAttribute("aria-label", shown.alt);
    const close = document.createElement("button");
    close.textContent = "×";
    close.setAttribute("aria-label", CLOSE[document.documentElement.lang.slice(0, 2)]);
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0; // the keyboard scrolls it
    const copy = (drawn.closest("picture") ?? drawn).cloneNode(true);
    const image = copy.querySelector("img") ?? copy;
    image.loading = "eager"; // a reader may tap before the figure has loaded
    image.style.width = `${ENLARGED * drawn.getBoundingClientRect().width}px`;
    scroll.append(copy);
    dialog.append(close, scroll);
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target === close) dialog.close(); // a tap beside it, too
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
})();

// ---------------------------------------------------------------- the formula sheet
// A row is found by what it shows, and by the label and the LaTeX that it does not.
(() => {
  const sheet = document.querySelector(".formula-sheet");
  if (!sheet) return;
  const field = sheet.querySelector("input");
  const count = sheet.querySelector("output");
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const rows = [...sheet.querySelectorAll("li")].map((row) => {
    const chapter = row.closest("section").querySelector("h4").textContent;
    return [row, plain(`${row.dataset.find} ${row.textContent} ${chapter}`)];
  });
  const filter = () => {
    const words = plain(field.value).split(/\s+/);
    let found = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      found += !row.hidden;
    }
    for (const group of sheet.querySelectorAll("section")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    count.textContent = words.join("") ? `${found} / ${rows.length}` : "";
  };
  field.addEventListener("input", filter);
  addEventListener("pageshow", filter); // what was typed before this ran, or stands there after Back
  // on paper a formula that is wider than a column gets the line
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.whole = "";
    for (const [row] of rows) {
      const formula = row.querySelector("math");
      const size = parseFloat(getComputedStyle(formula).fontSize);
      row.classList.toggle("wide", formula.getBoundingClientRect().width > 30 * size);
    }
  });
})();

// ---------------------------------------------------------------- paper is white
(() => {
  const { dataset } = document.documentElement;
  let theme = null;
  matchMedia("print").addEventListener("change", ({ matches }) => {
    if (matches) {
      theme = dataset.theme;
      dataset.theme = "light";
    } else if (theme) {
      dataset.theme = theme;
      theme = null;
    }
  });
})();

// ---------------------------------------------------------------- reporting an error, and citing
(() => {
  const report = document.querySelector(".report");
  report?.addEventListener("toggle", () => {
    const selected = getSelection().anchorNode?.parentElement?.closest("article section[id]");
    const named = location.hash && document.getElementById(decodeURI(location.hash.slice(1)));
    const section = selected ?? (named || null)?.closest("article section[id]");
    const words = selected ? getSelection().toString().trim().slice(0, 200) : "";
    const place = report.querySelector(".report-section");
    if (section) place.textContent = section.id + (words && `\n> ${words}`);
  });
  for (const box of document.querySelectorAll(".to-copy")) {
    const [lines, button] = box.children;
    button.addEventListener("click", async () => {
      if (await copied(lines.textContent, lines)) button.textContent = button.dataset.done;
    });
  }
})();
