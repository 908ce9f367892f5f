// The page's side of the runtime: a worker that is started when it is first wanted, asked, and ended.
// A worker that dies, or was ended, takes all that ran in it along; the next call starts another.
const PATIENCE = 120_000; // milliseconds between two steps of a start, on a slow network too

export class LiveError extends Error {
  // `why` is "policy", "start", "died" or "stopped", or "python" where the worker lives on.
  constructor(why, message = why) {
    super(message);
    this.why = why;
  }
}

let worker = null;
let ready = null;
let end = () => {};
let count = 0;
const waiting = new Map();
const listeners = new Set();

const tell = (state) => {
  for (const listener of listeners) listener(state);
};

// Calls a function with each state: "starting", "ready", "ended", and the steps of a start.
export const onState = (listener) => listeners.add(listener);

export const isRunning = () => worker !== null;

export const start = () => {
  ready ??= new Promise((resolve, reject) => {
    const own = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    let timer;
    let isReady = false;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail("start", "it took too long"), PATIENCE);
    };
    const fail = (why, message) => {
      if (worker !== own) return;
      clearTimeout(timer);
      own.terminate();
      worker = ready = null;
      const error = new LiveError(why, message);
      reject(error);
      for (const { reject: refuse } of waiting.values()) refuse(error);
      waiting.clear();
      tell("ended");
    };
    const answer = ({ id, value, error, report }) => {
      const asked = waiting.get(id);
      if (!asked) return;
      if (report !== undefined) {
        asked.report?.(JSON.parse(report));
        return;
      }
      waiting.delete(id);
      if (error === undefined) asked.resolve(value && JSON.parse(value));
      else asked.reject(new LiveError("python", error));
    };
    own.onerror = (event) => fail(isReady ? "died" : "start", event.message);
    own.onmessage = ({ data }) => {
      if (data.ready) {
        isReady = true;
        clearTimeout(timer);
        resolve();
        tell("ready");
      } else if (data.fatal) {
        fail(data.policy ? "policy" : isReady ? "died" : "start", data.fatal);
      } else if (data.step) {
        wait();
        tell(data.step);
      } else answer(data);
    };
    worker = own;
    end = () => fail("stopped");
    wait();
    tell("starting");
  });
  return ready;
};

// Calls a function of the package `reader`, by its name there; resolves with what it returned as JSON.
// What it reports meanwhile goes to `report`.
export const follow = async (report, name, ...args) => {
  await start();
  const id = count++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, report });
    worker.postMessage({ id, name, args });
  });
};

export const call = (name, ...args) => follow(undefined, name, ...args);

// Ends whatever runs, at once; what was computed is lost.
export const stop = () => end();
