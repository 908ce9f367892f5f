// What the search finds, and in which order; it needs the words, and MiniSearch when it is called.
(() => {
  const { runs, stem, wordsOfText, wordsOfQuery } = bookSearch;

  // Of pages as search-index.js lists them; the first section of a page bears its title.
  const buildIndex = (pages) => {
    const index = new MiniSearch({
      fields: ["title", "names", "terms", "page", "code", "text"],
      storeFields: ["file", "anchor", "title", "names", "terms", "page", "code", "text", "aside"],
      tokenize: wordsOfText,
      searchOptions: {
        tokenize: (word) => [word],
        boost: { title: 8, names: 4, terms: 4, page: 2, code: 2 },
        boostDocument: (_, __, section) => (section.aside ? 0.4 : 1),
      },
    });
    let id = 0;
    for (const [page, sections] of pages) {
      for (const [anchor, title, names, terms, code, text, aside] of sections) {
        index.add({
          ...{ id: id++, file: `${page}.html`, page: sections[0][1], anchor, title, text, aside },
          ...{ names: names.join("\n"), terms: terms.join("\n"), code: code.join("\n") },
        });
      }
    }
    return index;
  };

  // What has all words; failing that, all of them but misspelt; failing that, some of them.
  const search = (index, query) => {
    const words = [...new Set(wordsOfQuery(query))];
    if (!words.length) return { hits: [], exact: true };
    const forms = words.map((word) => ({
      combineWith: "OR",
      prefix: true,
      queries: [...new Set([word, stem(word)])],
    }));
    const misspelt = forms.map((form) => ({
      ...form,
      fuzzy: (word) => (/^[a-z]{5,}$/.test(word) ? 0.2 : false),
    }));
    for (const [queries, combineWith] of [
      [forms, "AND"],
      [misspelt, "AND"],
      [misspelt, "OR"],
    ]) {
      const hits = index.search({ combineWith, queries });
      if (hits.length) return { hits: rank(hits, query), exact: combineWith === "AND" };
    }
    return { hits: [], exact: true };
  };

  // What is called just what was asked for comes first, whatever the counts say: a page, then a
  // section by its title or by a name of what it teaches, then one by a term or a piece of code,
  // then an entry of the glossary; of several, the one that comes first in the book. What else lies
  // aside stays behind the sections that explain.
  const rank = (hits, query) => {
    const key = (text) => runs(text).map(stem).join("");
    const code = query
      .trim()
      .toLowerCase()
      .replace(/^dlref\./, "");
    const asked = key(code);
    const calls = (names) => names.split("\n").some((name) => key(name) === asked);
    for (const hit of hits) {
      hit.code = hit.code.toLowerCase().split("\n").includes(code) ? code : "";
      const titled = calls(hit.title);
      hit.rank = [
        titled && hit.title === hit.page,
        !hit.aside && (titled || calls(hit.names)),
        !hit.aside && (calls(hit.terms) || hit.code !== ""),
        hit.file === "glossary.html" && (titled || calls(hit.terms)),
        true,
      ].indexOf(true);
    }
    return hits.sort((a, b) => a.rank - b.rank || (a.rank < 4 ? a.id - b.id : b.score - a.score));
  };

  Object.assign(bookSearch, { buildIndex, search });
})();
