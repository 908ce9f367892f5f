// What is found of a formula, as pages tell it: of one that was changed, and of an answer.
import { make } from "./elements.mjs";
import { refusal } from "./refusal-words.mjs";
import { formula } from "./setting.mjs";
import { both } from "./words.mjs";

// The values that were drawn, by their names.
export const drawn = (draw) =>
  draw.flatMap(([name, value]) => [formula(`${name} = ${value}`), " "]);

// Why a formula cannot be checked: the place in it, what is the matter, and what to write instead.
export const reasons = ({ excerpt, what, how }, place = make("code", "", excerpt)) => {
  const parts = [what, how].filter(Boolean).map((text) => make("p", "", ...both(refusal(text))));
  return excerpt ? [make("p", "", place), ...parts] : parts;
};
