// What the search finds, and in which order; it needs the words, and MiniSearch when it is called.
(() => {
  const { isHan, joined, runs, stem, wordsOfText, wordsOfName, wordsOfQuery } = bookSearch;

  // What a section is to the search: see book/_ext/site/sections.py.
  const EXPLAINS = 0;
  const ASIDE = 1;
  const NAMED = 2;
  const NAMES = new Set(["title", "names", "terms"]);

  // Of pages as search-index.js lists them; the first section of a page bears its title.
  const buildIndex = (pages) => {
    const index = new MiniSearch({
      fields: ["title", "names", "terms", "page", "code", "text"],
      storeFields: ["file", "anchor", "title", "names", "terms", "page", "code", "shown", "kind"],
      tokenize: (text, field) => (NAMES.has(field) ? wordsOfName : wordsOfText)(text),
      searchOptions: {
        tokenize: (word) => [word],
        boost: { title: 8, names: 4, terms: 4, page: 2, code: 2 },
        boostDocument: (_, __, { kind }) => (kind === EXPLAINS ? 1 : 0.4),
      },
    });
    let id = 0;
    for (const [page, sections] of pages) {
      for (const [anchor, title, names, terms, code, shown, kind] of sections) {
        index.add({
          ...{ id: id++, file: `${page}.html`, page: sections[0][1], anchor, title, shown, kind },
          ...{ names: names.join("\n"), terms: terms.join("\n"), code: code.join("\n") },
          text: kind < NAMED ? shown : "",
        });
      }
    }
    return index;
  };

  // What has all words, or neighbours of them as one; failing that, all of them but misspelt;
  // failing that, some of them.
  const search = (index, asked) => {
    const query = asked
      .replace(KIND_OF_NUMBER, (_, figure) => (figure ? "fig " : ""))
      .replace(/\\(hat|bar|tilde)(?:\W*(?:math[a-z]+|boldsymbol))?\W*(\w)/g, "$2 $1");
    const words = [...new Set(wordsOfQuery(query))];
    if (!words.length) return { hits: [], exact: true };
    const form = (word) => ({
      combineWith: "OR",
      prefix: true,
      queries: [...new Set([word, stem(word)])],
    });
    const all = (list) => ({ combineWith: "AND", queries: list });
    const asOne = words.some(isHan) ? [] : joined(words);
    const spellings = asOne.map((one, i) => [...words.slice(0, i), one, ...words.slice(i + 2)]);
    const forms = {
      combineWith: "OR",
      queries: [words, ...spellings].map((s) => all(s.map(form))),
    };
    const misspelt = words.map((word) => ({
      ...form(word),
      fuzzy: (term) => (/^[a-z]{5,}$/.test(term) ? 0.2 : false),
    }));
    const some = { combineWith: "OR", queries: misspelt };
    for (const wanted of [forms, all(misspelt), some]) {
      const hits = index.search(wanted);
      if (hits.length) return { hits: meant(rank(hits, query), query), exact: wanted !== some };
    }
    return { hits: [], exact: true };
  };

  // Of "equation (13.4)" the number is asked for; the third figure of a chapter is "fig 8.3" too.
  const KIND_OF_NUMBER =
    /^\s*(?:(图|figures?|figs?)|式|公式|方程|equation|formula|eqn?s?)[\s.]*(?=[(（]?\d)/iu;

  // Of a number what bears it is meant, if something does, and not all that has such digits.
  const meant = (hits, query) => {
    const number = query.match(/^(?:fig )?[^\w]*(\d+\.\d+)[^\w]*$/)?.[1];
    const bearers = hits.filter(({ title }) => title.split(/[^\d.]+/).includes(number));
    return bearers.length ? bearers : hits;
  };

  // What is called just what was asked for comes first, whatever the counts say: a page; a section
  // by its title, or by a name of what it teaches; a formula, a figure, or what a letter means in the
  // first place; what bears the name as a term or a letter of its own; an entry of the glossary; a
  // section whose code calls it so.  Of several, the one that comes first in the book.
  const rank = (hits, query) => {
    const key = (text) =>
      runs(text)
        .map(stem)
        .join(" ")
        .replace(/(?<=\p{L}) (?=\p{L})/gu, "");
    const code = query
      .trim()
      .toLowerCase()
      .replace(/^dlref\./, "");
    const asked = key(code);
    const calls = (names) => names.split("\n").some((name) => key(name) === asked);
    for (const hit of hits) {
      hit.code = hit.code.toLowerCase().split("\n").includes(code) ? code : "";
      const { kind, anchor } = hit;
      const titled = calls(hit.title);
      const named = calls(hit.names);
      const termed = calls(hit.terms);
      const coded = hit.code !== "";
      const isNumbered = /^(?:equation|fig)-/.test(anchor);
      const ways = [
        titled && hit.title === hit.page,
        kind === EXPLAINS && (titled || named),
        (kind === NAMED || isNumbered) && (titled || termed || coded),
        kind !== ASIDE && (titled || termed),
        hit.file === "glossary.html" && (titled || named || termed),
        kind === EXPLAINS && coded,
      ];
      hit.rank = [...ways, true].indexOf(true);
      hit.called = ways.includes(true);
    }
    return hits.sort((a, b) => a.rank - b.rank || (a.called ? a.id - b.id : b.score - a.score));
  };

  Object.assign(bookSearch, { buildIndex, search });
})();
