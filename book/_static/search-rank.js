// What the search finds, and in which order; it needs the words, and MiniSearch when it is called.
(() => {
  const { runs, stem, wordsOfText, wordsOfQuery } = bookSearch;

  // What mentions a concept, rather than explains it.
  const ASIDE =
    /^(?:about|api|equations|errata|glossary|references)\.|-(?:exercise|solution)|-reading$/;
  const isAside = ({ file, anchor }) => ASIDE.test(`${file}#${anchor}`);

  // Of pages as search-index.js lists them; the first section of a page bears its title.
  const buildIndex = (pages) => {
    const index = new MiniSearch({
      fields: ["title", "terms", "page", "code", "text"],
      storeFields: ["file", "anchor", "title", "terms", "page", "code", "text"],
      tokenize: wordsOfText,
      searchOptions: {
        tokenize: (word) => [word],
        boost: { title: 8, terms: 4, page: 2, code: 2 },
        boostDocument: (_, __, section) => (isAside(section) ? 0.4 : 1),
      },
    });
    let id = 0;
    for (const [page, sections] of pages) {
      for (const [anchor, title, terms, code, text] of sections) {
        const section = { anchor, title, terms: terms.join("\n"), code: code.join("\n"), text };
        index.add({ ...section, id: id++, file: `${page}.html`, page: sections[0][1] });
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

  // A section that is called just what was asked for comes first, whatever the counts say: by its
  // title, or by a term or a piece of code; of several, the one that comes first in the book. What
  // lies aside stays behind the sections that explain, unless a whole page is called so.
  const rank = (hits, query) => {
    const key = (text) => runs(text).map(stem).join(" ");
    const code = query
      .trim()
      .toLowerCase()
      .replace(/^dlref\./, "");
    const asked = key(code);
    const calls = (names) => names.split("\n").some((name) => key(name) === asked);
    for (const hit of hits) {
      hit.code = hit.code.toLowerCase().split("\n").includes(code) ? code : "";
      const titled = calls(hit.title) && (!isAside(hit) || hit.title === hit.page);
      const named = !isAside(hit) && (calls(hit.terms) || hit.code !== "");
      hit.called = titled ? 2 : named ? 1 : 0;
    }
    return hits.sort((a, b) => b.called - a.called || (a.called ? a.id - b.id : b.score - a.score));
  };

  Object.assign(bookSearch, { buildIndex, search });
})();
