// Asks the worker about the formulas of this page, which it reads first what the build wrote of.
import { call, follow, LiveError, onState } from "./live.mjs";

const root = new URL(`${document.documentElement.dataset.content_root}../`, location.href);
const { page } = document.getElementById("live-words").dataset;

let data; // what the build wrote
let opened; // by the worker that runs now
onState((state) => {
  if (state === "ended") opened = undefined;
});

const fetched = async () => {
  const answer = await fetch(new URL(page, root)).catch(() => null);
  if (!answer?.ok) {
    data = undefined; // another try may succeed
    throw new LiveError("failed");
  }
  return answer.text();
};

const open = async () => {
  data ??= fetched();
  opened ??= call("pages.open_page", await data);
  return opened;
};

// What is reported meanwhile goes to `report`.
export const askAndFollow = async (report, name, ...args) => {
  await open();
  return follow(report, name, ...args);
};

export const ask = (name, ...args) => askAndFollow(undefined, name, ...args);
