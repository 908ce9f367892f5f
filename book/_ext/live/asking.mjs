// Asks the worker about the formulas of this page, which it reads first what the build wrote of.
import { call, LiveError, onState } from "./live.mjs";

const root = new URL(`${document.documentElement.dataset.content_root}../`, location.href);
const { page } = document.getElementById("live-words").dataset;

let data; // what the build wrote
let opened; // by the worker that runs now
onState((state) => {
  if (state === "ended") opened = undefined;
});

const fetched = async () => {
  try {
    const answer = await fetch(new URL(page, root));
    if (answer.ok) return await answer.text();
  } catch {} // there is no network
  data = undefined; // another try may succeed
  throw new LiveError("failed");
};

const read = () => {
  data ??= fetched();
  return data;
};

// What the build wrote of an equation.
export const equation = async (label) =>
  JSON.parse(await read()).find((step) => step.label === label);

// What it wrote of an exercise that answers.
export const exercise = async (id) => JSON.parse(await read()).find((step) => step.try === id);

const open = async () => {
  const text = await read();
  await call("eqcheck");
  await call("pages.open_page", text);
};

export const ask = async (name, ...args) => {
  opened ??= open();
  try {
    await opened;
  } catch (error) {
    opened = undefined; // another try may succeed
    throw error;
  }
  return call(name, ...args);
};
