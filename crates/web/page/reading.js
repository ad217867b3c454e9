// One face's reading: what it shows, or that it can't be told, and the probabilities.

import { EXPRESSIONS, mark, percent } from "./mood.js";

const byId = (id) => document.getElementById(id);

/** Shows the reading of one face; `null` hides the place. */
export function showReading(face) {
  byId("reading").hidden = !face;
  if (!face) return;
  const ranked = Object.entries(face.probabilities).sort((a, b) => b[1] - a[1]);
  showVerdict(face, ranked);
  byId("advice").replaceChildren(...face.advice.map((text) => line("li", text)));
  byId("bars").replaceChildren(...ranked.map(bar));
}

function showVerdict(face, [first, second]) {
  const said = byId("said");
  if (face.expression) {
    said.replaceChildren(mark(EXPRESSIONS[face.expression]), line("span", face.expression), line("small", percent(first[1])));
    byId("second").textContent = `then ${second[0]}, ${percent(second[1])}`;
  } else {
    said.replaceChildren(mark(face.mood), line("span", "can’t tell"));
    byId("second").textContent = `likeliest are ${first[0]}, ${percent(first[1])}, and ${second[0]}, ${percent(second[1])}`;
  }
}

function bar([expression, p], index) {
  const row = document.createElement("li");
  const track = line("span", "");
  const fill = line("span", "");
  const shape = mark(EXPRESSIONS[expression]);
  track.className = "track toned";
  track.style.cssText = shape.style.cssText;
  fill.className = "fill";
  fill.style.width = `${Math.max(p * 100, 1)}%`;
  track.append(fill);
  row.className = index === 0 ? "first" : "";
  row.append(shape, line("span", expression), track, line("output", percent(p)));
  return row;
}

function line(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
