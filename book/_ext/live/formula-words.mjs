// What the panel of a formula says, in Chinese and English. Formulas stand between dollars.
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (digits) => [...digits].map((d) => (d === "-" ? "⁻" : POWERS[d])).join("");
const tiny = (error) => {
  const [digit, power] = error.toExponential(0).split("e");
  return `${digit} × 10${raised(power.replace("+", ""))}`;
};
const amount = (error) => (error < 0.01 ? tiny(error) : String(+error.toPrecision(2)));

export const WORDS = {
  zh: {
    panel: (number) => `改写公式 ${number}`,
    latex: () => "公式（LaTeX）。按 Shift+Enter 验算。",
    unset: () => "还没写完：这样排不出来",
    check: () => "验算",
    stop: () => "停止",
    slip: () => "来个写错的",
    round: () => "真还是假？",
    reset: () => "还原",
    close: () => "收起",
    long: (seconds) => `这条公式算得久：整个验算大约 ${seconds} 秒，电脑慢的话更久；中途可以停止。`,
    checking: () => "正在验算……",
    slow: () => "还在算，可以停止。",
    empty: () => "请先写下公式。",
    same: () => "这就是书中的写法。",
    holds: ({ draws, error }) =>
      `成立：在 ${draws} 组随机取值上验算无误${error ? `，相对误差不超过 ${amount(error)}` : ""}。`,
    attacking: ({ done, of }) => `再看写错了能不能发现：已试 ${done} / ${of} 种写法……`,
    allCaught: (of) => `写错一处的 ${of} 种写法，全部能识破。`,
    noSlips: () => "没有可以试的错误写法。",
    caught: ({ of, caught }) => `改动一处的 ${of} 种写法中，识破了 ${caught} 种。`,
    true: (count) => `另外 ${count} 种同样成立${count > 3 ? "，例如" : ""}：`,
    missed: (count) => `另外 ${count} 种没有识破：也许同样成立，也许只是这些取值看不出来，例如：`,
    stoppedAttack: () => "已停止；公式本身已验算，成立。",
    wrong: () => "不成立。",
    differs: (error) => `两边的相对差达到 ${amount(error)}。`,
    example: () => "反例：取",
    in: () => "不成立的是",
    left: () => "左边",
    right: () => "右边",
    formula: () => "公式",
    code: () => "代码",
    "at the candidate": () => "所给之处",
    nearby: () => "附近",
    noExample: () => "没有找到小的反例：随机取值上两边不同，但不容易写出来。",
    refused: () => "这样写没法验算。",
    stopped: () => "已停止。",
    question: ({ at, of, score }) => `第 ${at} / ${of} 题 · 答对 ${score} 题`,
    ask: () => "书中这一处的公式，下面这样写成立吗？",
    yes: () => "成立",
    no: () => "不成立",
    correct: () => "答对了。",
    incorrect: () => "答错了。",
    next: () => "下一题",
    again: () => "再来一轮",
    score: ({ of, score }) => `${of} 题答对 ${score} 题。`,
  },
  en: {
    panel: (number) => `Change equation ${number}`,
    latex: () => "The equation, in LaTeX. Shift+Enter checks it.",
    unset: () => "Not complete yet: this cannot be set",
    check: () => "Check",
    stop: () => "Stop",
    slip: () => "Make a slip",
    round: () => "True or false?",
    reset: () => "Reset",
    close: () => "Close",
    long: (seconds) =>
      `This equation takes long: about ${seconds} seconds in all, more on a slow computer; you can stop it.`,
    checking: () => "Checking…",
    slow: () => "Still at work; you can stop it.",
    empty: () => "Write an equation first.",
    same: () => "This is what the book says.",
    holds: ({ draws, error }) =>
      `True: it holds at ${draws} random settings${error ? `, with a relative error of at most ${amount(error)}` : ""}.`,
    attacking: ({ done, of }) => `Would a slip be caught? Tried ${done} of ${of} wrong versions…`,
    allCaught: (of) =>
      of === 1
        ? "The one slip that was tried is caught."
        : `All ${of} slips that were tried are caught.`,
    noSlips: () => "There is no slip to try.",
    caught: ({ of, caught }) =>
      `Of ${of} versions with one change, ${caught} ${caught === 1 ? "is" : "are"} caught.`,
    true: (count) =>
      count === 1
        ? "The other one is true as well:"
        : `${count} are true as well${count > 3 ? ", for instance" : ""}:`,
    missed: (count) =>
      count === 1
        ? "One is not caught: it may be true, too, or these draws do not show the difference:"
        : `${count} are not caught: they may be true, too, or these draws do not show the difference, for instance:`,
    stoppedAttack: () => "Stopped; the equation itself was checked, and holds.",
    wrong: () => "Wrong.",
    differs: (error) => `The sides differ by ${amount(error)} of their size.`,
    example: () => "A counterexample:",
    in: () => "What fails is",
    left: () => "left",
    right: () => "right",
    formula: () => "formula",
    code: () => "code",
    "at the candidate": () => "at the candidate",
    nearby: () => "nearby",
    noExample: () =>
      "No small counterexample was found: the sides differ on random draws that are not easily told.",
    refused: () => "It cannot be checked as it stands.",
    stopped: () => "Stopped.",
    question: ({ at, of, score }) => `Question ${at} of ${of} · ${score} right`,
    ask: () => "Does this version of the equation hold?",
    yes: () => "True",
    no: () => "False",
    correct: () => "Right.",
    incorrect: () => "No.",
    next: () => "Next",
    again: () => "Once more",
    score: ({ of, score }) => `${score} of ${of} right.`,
  },
};
