// Reading without a network: asks for the service worker, and offers to keep the whole edition.
(() => {
  if (location.protocol === "file:" || !("serviceWorker" in navigator)) return;
  const edition = document.querySelector(".language-switch [aria-current]")?.dataset.edition;
  if (!edition) return;

  const texts = {
    zh: {
      keep: (size) => `离线保存本版（${size} MB）`,
      keeping: "正在保存",
      kept: "本版已经存好，没有网络也能读。",
      forget: "删除",
      failed: "没能存全，请联网后再试。",
      keepLive: (size) => `离线保存运行代码的程序（${size} MB）`,
      keptLive: "运行代码的程序已经存好，没有网络也能运行。",
    },
    en: {
      keep: (size) => `Keep this edition for reading offline (${size} MB)`,
      keeping: "Saving",
      kept: "This edition is kept: it can be read without a network.",
      forget: "Remove",
      failed: "Not all of it could be saved; try again when online.",
      keepLive: (size) => `Keep what runs code as well (${size} MB)`,
      keptLive: "What runs code is kept: it runs without a network.",
    },
  };
  const say = (name, ...details) =>
    edition
      .split("-")
      .map((language) => texts[language][name])
      .map((text) => (typeof text === "function" ? text(...details) : text))
      .join(" ");

  // Sends a task to the service worker; resolves with its answer.
  const tell = (worker, message, report = () => {}) =>
    new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.failed) reject(new Error(message.task));
        else if (data.done) resolve(data);
        else report(data.share);
      };
      worker.postMessage({ edition, ...message }, [port2]);
    });

  // Offers to keep a part: the edition, or what runs code; `words` are those that name it.
  const offer = (worker, part, words, { kept, bytes }) => {
    if (!bytes) return;
    const box = document.createElement("div");
    box.className = "keep-offline";
    box.dataset.part = part;
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const button = document.createElement("button");
    button.className = "btn btn-sm btn-outline-secondary";
    const progress = document.createElement("progress");
    progress.hidden = true;
    box.append(status, progress, button);
    document.querySelector(".page-folds")?.append(box);

    const show = (isKept, text = isKept ? say(words.kept) : "") => {
      kept = isKept;
      status.textContent = text;
      progress.hidden = true;
      button.disabled = false;
      button.textContent = kept ? say("forget") : say(words.keep, Math.ceil(bytes / 1e6));
    };
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        if (kept) {
          await tell(worker, { task: "forget", edition: part });
          show(false);
        } else {
          navigator.storage?.persist?.();
          status.textContent = say("keeping");
          progress.hidden = false;
          progress.setAttribute("aria-label", say("keeping"));
          await tell(worker, { task: "keep", edition: part }, (share) => (progress.value = share));
          show(true);
        }
      } catch {
        show(false, say("failed"));
      }
    });
    show(kept);
  };

  const start = async () => {
    // Where there is one already, the browser looks for a newer one by itself.
    if (!navigator.serviceWorker.controller) {
      const root = new URL(`${document.documentElement.dataset.content_root}../`, location.href);
      await navigator.serviceWorker.register(new URL("service-worker.js", root));
    }
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ task: "visited" });
    offer(active, edition, { keep: "keep", kept: "kept" }, await tell(active, { task: "state" }));
    if (document.getElementById("live-words")) {
      const state = await tell(active, { task: "state", edition: "_live" });
      offer(active, "_live", { keep: "keepLive", kept: "keptLive" }, state);
    }
  };
  // A browser that allows no service worker, as some do in private windows, simply keeps nothing.
  addEventListener("load", () => start().catch(() => {}));
})();
