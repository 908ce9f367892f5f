// What live pages say, in the languages of the edition.
const TEXTS = {
  zh: {
    starting: "正在启动 Python，首次要下载约 10 MB……",
    above: "正在运行前面的代码",
    fetching: "正在下载画图的程序，约 10 MB……",
    busy: "另一段代码正在运行；请等它结束，或者先停止它。",
    running: "正在运行……",
    done: "运行完毕",
    silent: "运行完毕，没有输出",
    error: "出错了",
    "above-failed": "前面有一段代码出错，这一段没有运行。",
    "above-done": "前面的代码已运行。",
    stopped: "已停止。算出的变量都不在了，下次先从头运行前面的代码。",
    died: "Python 意外退出。算出的变量都不在了，下次先从头运行前面的代码。",
    start: "Python 没能启动。请检查网络，再试一次。",
    policy: "这个网站的安全策略不允许浏览器运行 WebAssembly，所以不能运行代码。",
    failed: "没能下载所需的文件。请检查网络，再试一次。",
    cut: "输出太长，只显示开头。",
    output: "您的运行结果",
    edited: "您的运行结果（代码已改动）",
    editor: "代码。按 Shift+Enter 运行；Tab 缩进；先按 Esc 再按 Tab，离开编辑框。",
    figure: "您的运行画出的图",
  },
  en: {
    starting: "Starting Python; a first start fetches about 10 MB…",
    above: "Running the cells above",
    fetching: "Fetching what draws, about 10 MB…",
    busy: "Another cell is running: wait for it, or stop it first.",
    running: "Running…",
    done: "Done",
    silent: "Done; no output",
    error: "An error",
    "above-failed": "A cell above failed, and so this one was not run.",
    "above-done": "The cells above have run.",
    stopped: "Stopped. All variables are lost; the next run starts with the cells above.",
    died: "Python ended unexpectedly. All variables are lost; the next run starts with the cells above.",
    start: "Python could not be started. Check the network, and try again.",
    policy: "The security policy of this site forbids WebAssembly, and so no code can run.",
    failed: "What is needed could not be fetched. Check the network, and try again.",
    cut: "The output is long; only its beginning is shown.",
    output: "Your output",
    edited: "Your output (code edited)",
    editor: "Code. Shift+Enter runs it, Tab indents; Esc, then Tab, leaves the editor.",
    figure: "A figure that your run has drawn",
  },
};
const LANG = { zh: "zh-Hans", en: "en" };
const edition = document.querySelector(".language-switch [aria-current]")?.dataset.edition ?? "en";
const languages = edition.split("-");

// As plain words, for what a screen reader alone is told.
export const say = (name) => languages.map((language) => TEXTS[language][name]).join(" ");

// In the languages of the edition, what else has both: the texts of an author.
export const both = (texts) =>
  languages.flatMap((language, i) => {
    const span = document.createElement("span");
    span.lang = LANG[language];
    span.textContent = texts[language];
    return i ? [" ", span] : [span];
  });

// As nodes; where two languages meet, each is marked.  `more` is the same in both: a number.
export const spoken = (name, more = "") =>
  both(Object.fromEntries(languages.map((key) => [key, TEXTS[key][name] + more])));
