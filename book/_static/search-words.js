// The words of the search: those of a text, for its index, and those of what is asked.
globalThis.bookSearch = (() => {
  // Chinese has no spaces: its words here are all pairs of neighbours. The last character of a run
  // stands alone, so that every single character begins some word, and is found as a beginning.
  const HAN = /\p{Script=Han}/u;
  const RUN = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}]\p{M}*)+|[∇∂⊙∘]/gu;
  const isHan = (run) => HAN.test(run);
  const runs = (text) => text.normalize("NFKC").toLowerCase().match(RUN) || [];
  const pairs = (run) => {
    const characters = [...run];
    return characters.slice(1).map((c, i) => characters[i] + c);
  };
  const wordsOfText = (text) =>
    runs(text).flatMap((run) => (isHan(run) ? [...pairs(run), [...run].pop()] : [run]));
  // Of a name, neighbours in one word too: weightdecay, crossentropy.
  const joined = (words) => words.slice(1).map((word, i) => words[i] + word);
  const wordsOfName = (text) => [
    ...wordsOfText(text),
    ...text.split("\n").flatMap((name) => joined(runs(name).filter((run) => !isHan(run)))),
  ];
  // Of what is asked, particles ask for nothing: 导数的写法 wants 导数 and 写法, side by side or not.
  const partsOfQuery = (query) => runs(query.replace(/\bdlref\./g, "").replace(/[的了吗呢]/g, " "));
  const wordsOfQuery = (query) =>
    partsOfQuery(query).flatMap((run) => (isHan(run) && [...run].length > 1 ? pairs(run) : [run]));

  // Enough of an English word to begin its other forms too: gradients, initialising, dropped.
  const stem = (word) => {
    const short = word.replace(/(?:i[sz])?(?:ations?|ing|ers?|ed|es|e|s)$/, "");
    return /^[a-z]+$/.test(word) && short.length > 3 ? short : word;
  };

  return { isHan, joined, runs, pairs, wordsOfText, wordsOfName, partsOfQuery, wordsOfQuery, stem };
})();
