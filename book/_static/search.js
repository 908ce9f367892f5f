// The search: results as you type in the theme's dialog, and the same results on the search page.
(() => {
  const { buildIndex, isHan, pairs, partsOfQuery, search, stem } = bookSearch;
  const root = document.documentElement.dataset.content_root;
  const chinese = document.documentElement.lang.startsWith("zh");
  const SHOWN = 20;
  const CONTEXT = chinese ? 60 : 130; // characters of an excerpt
  const say = chinese
    ? {
        found: (n) => (n > SHOWN ? `找到 ${n} 处，列出前 ${SHOWN} 处` : `找到 ${n} 处`),
        similar: "没有完全符合的，下面是相近的结果：",
        nothing: "没有找到",
        results: "搜索结果",
        failed: "搜索的索引没有载入",
        also: ["（", "）"],
      }
    : {
        found: (n) =>
          n > SHOWN
            ? `${n} results, the first ${SHOWN} are listed`
            : `${n} result${n === 1 ? "" : "s"}`,
        similar: "Nothing has all of these words; similar:",
        nothing: "Nothing found",
        results: "Search results",
        failed: "The search index could not be loaded",
        also: [" (", ")"],
      };

  // ---------------------------------------------------------------- loading

  const load = (file) => loadScript(root + file);

  // The parallel edition has an index with the texts of each language.
  const english = document.querySelector("meta[name=search-index-en]")?.content;
  const indexFor = (query) =>
    english && /[a-z]/i.test(query) && !isHan(query) ? english : "search-index.js";

  let minisearch;
  const start = async (file) => {
    minisearch ??= load("_static/minisearch.js");
    const [sections] = await Promise.all([load(file).then(() => bookSections), minisearch]);
    return buildIndex(sections);
  };

  const started = {};
  const engine = (query) => {
    const file = indexFor(query);
    started[file] ??= start(file).catch((error) => {
      delete started[file]; // the network may be back at the next question
      minisearch = undefined;
      throw error;
    });
    return started[file];
  };

  // ---------------------------------------------------------------- showing

  // Patterns that find the words of a query in a text; pairs of characters only where the text
  // lacks the run that they are pairs of.
  const patternsFor = (query, text) => {
    const folded = text.toLowerCase();
    const wanted = partsOfQuery(query).flatMap((run) =>
      !isHan(run) ? [stem(run)] : folded.includes(run) ? [run] : pairs(run),
    );
    return [...new Set(wanted)]
      .sort((a, b) => b.length - a.length)
      .map((word) => (isHan(word) ? word : `(?<![\\p{L}\\p{N}])${word}[a-z]*`));
  };

  const marked = (text, query) => {
    const patterns = patternsFor(query, text);
    const fragment = document.createDocumentFragment();
    let end = 0;
    for (const match of text.matchAll(new RegExp(patterns.join("|") || "$^", "giu"))) {
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      fragment.append(text.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    fragment.append(text.slice(end));
    return fragment;
  };

  // The part of a text where the longest of the words stands, from the start of a phrase if near.
  const excerpt = (text, query) => {
    const found = patternsFor(query, text).map((pattern) => text.search(new RegExp(pattern, "iu")));
    const from = Math.max(0, (found.find((place) => place >= 0) ?? 0) - Math.floor(CONTEXT / 3));
    const phrase = text.slice(from).match(/^.{0,20}?(?:[。；：，？！]|[.;:,?!]? )/u);
    const start = from && from + (phrase ? phrase[0].length : 0);
    const end = start + CONTEXT;
    const cut = end < text.length;
    const words = text.slice(start, end);
    return (start ? "…" : "") + (cut ? `${words.replace(/ ?[a-z]+$/i, "")}…` : words);
  };

  const link = (hit, query) => {
    const a = document.createElement("a");
    a.className = "search-hit";
    a.href = `${root}${hit.file}#${hit.anchor}`;
    const where = document.createElement("span");
    where.className = "search-where";
    where.append(marked(hit.page, query));
    if (hit.title !== hit.page) where.append(" › ", marked(hit.title, query));
    const what = document.createElement("span");
    what.className = "search-excerpt";
    what.append(marked(excerpt(hit.shown, query), query));
    a.append(where, what);
    const isSeen = where.querySelector("mark") || hit.shown.includes(query.trim());
    const name = isSeen ? undefined : nameAsked(hit, query);
    if (name) where.append(say.also[0], marked(name, query), say.also[1]);
    return a;
  };

  // The name by which a section was found that says it otherwise: 鞍点 of "saddle point".
  const nameAsked = ({ names, terms }, query) => {
    const all = `${names}\n${terms}`.split("\n");
    return (
      all.find((name) => name.includes(query.trim())) ??
      all.find((name) => marked(name, query).querySelector("mark"))
    );
  };

  const summary = ({ hits, exact }) =>
    !hits.length ? say.nothing : exact ? say.found(hits.length) : say.similar;

  // ---------------------------------------------------------------- in the dialog

  const dialog = document.getElementById("pst-search-dialog");
  const input = dialog?.querySelector("input");

  const openWithSlash = (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing) return;
    event.preventDefault();
    document.querySelector(".search-button__button")?.click();
  };

  const setUpDialog = () => {
    const status = document.createElement("p");
    status.id = "search-status";
    status.setAttribute("role", "status");
    const list = document.createElement("div");
    list.id = "search-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", say.results);
    dialog.append(status, list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": list.id,
      "aria-expanded": "false",
    })) {
      input.setAttribute(name, value);
    }

    let active = -1;
    const choose = (number) => {
      const options = [...list.children];
      active = options.length ? (number + options.length) % options.length : -1;
      for (const [i, option] of options.entries()) {
        option.setAttribute("aria-selected", String(i === active));
      }
      if (active < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", options[active].id);
        options[active].scrollIntoView({ block: "nearest" });
      }
    };

    const show = (found, query) => {
      const links = found.hits.slice(0, SHOWN).map((hit) => link(hit, query));
      links.forEach((a, i) => {
        a.id = `search-option-${i}`;
        a.tabIndex = -1;
        a.setAttribute("role", "option");
        a.setAttribute("aria-selected", "false");
      });
      list.replaceChildren(...links);
      list.scrollTop = 0;
      active = -1;
      input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-expanded", String(links.length > 0));
      status.textContent = query.trim() ? summary(found) : "";
    };

    const update = () => {
      const asked = input.value; // what was asked before may find its index later
      engine(asked).then(
        (index) => asked === input.value && show(search(index, asked), asked),
        () => (status.textContent = say.failed),
      );
    };

    input.addEventListener("focus", () => {
      engine(input.value).catch(() => {}); // the first question says so
      // after a result, and Back, what was asked and found is there again
      const last = recall(sessionStorage, "search");
      if (!input.value && last) {
        input.value = last;
        input.select();
        update();
      }
    });
    input.addEventListener("input", (event) => event.isComposing || update());
    input.addEventListener("compositionend", update);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // the keys belong to the input method
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        list.children[active].click();
      }
    });
    list.addEventListener("click", () => {
      remember(sessionStorage, "search", input.value);
      dialog.close(); // the page may be this one
    });
  };

  if (input) {
    setUpDialog();
    document.addEventListener("keydown", openWithSlash);
  }

  // ---------------------------------------------------------------- on the search page

  const place = document.getElementById("search-results");
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  const field = document.querySelector(".bd-search-container input");

  const setUpPage = () => {
    const status = document.createElement("p");
    status.className = "search-summary";
    status.setAttribute("role", "status");
    const list = document.createElement("ul");
    list.className = "search-page-list";
    place.append(status, list);

    const show = (index) => {
      const found = search(index, field.value);
      status.textContent = field.value.trim() ? summary(found) : "";
      const items = found.hits.map((hit) => {
        const item = document.createElement("li");
        item.append(link(hit, field.value));
        return item;
      });
      list.replaceChildren(...items);
    };

    // The address says what is asked: Back, a copy of it and the other languages find the same.
    const update = () => {
      const address = new URL(location);
      if (field.value.trim()) address.searchParams.set("q", field.value);
      else address.searchParams.delete("q");
      history.replaceState(history.state, "", address);
      for (const other of document.querySelectorAll(".language-switch a")) {
        other.search = address.search;
      }
      const asked = field.value;
      engine(asked).then(
        (index) => asked === field.value && show(index),
        () => (status.textContent = say.failed),
      );
    };

    field.value ||= asked; // a reader may have typed before this ran
    field.addEventListener("input", (event) => event.isComposing || update());
    field.addEventListener("compositionend", update);
    if (field.value) update();
  };

  if (place && field) setUpPage();
})();
