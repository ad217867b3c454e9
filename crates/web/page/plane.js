// The mood plane: pleasant to the right, awake upwards. A field of grains swells where the mood
// lies, as wide as the mood is uncertain.

import { inWords, mark, shapeOf, tone } from "./mood.js";

const COLUMNS = 27;
const ROWS = 19;
/** The plane's edge lies this far from its frame, as a share of it. */
const MARGIN = 0.07;
const SMALLEST = 0.14;
const SVG = "http://www.w3.org/2000/svg";

/** Fills `element` and calls `onPick({valence, arousal})` when a person chooses a point. */
export function createPlane(element, inputs, onPick) {
  const grains = drawField(element);
  const ring = add(element, "ring toned");
  const point = add(element, "point toned");
  let items = [];
  ring.hidden = point.hidden = true;

  const show = (mood) => {
    ring.hidden = point.hidden = !mood;
    swell(grains, mood);
    if (!mood) return;
    place(point, mood);
    place(ring, mood);
    const spread = mood.uncertainty * (1 - 2 * MARGIN) * 100;
    ring.style.width = `${spread}%`;
    ring.style.height = `${spread}%`;
    ring.classList.toggle("small", mood.uncertainty < 0.09);
    point.replaceChildren(mark(mood));
    tone(point, mood);
    tone(ring, mood);
    setInputs(inputs, mood);
  };

  const showItems = (list) => {
    items.forEach((dot) => dot.remove());
    items = list.map((item) => item.mood && itemPoint(element, item.mood));
    items = items.map((dot) => dot ?? document.createElement("i"));
  };

  listenToPointer(element, onPick);
  listenToKeys(inputs, onPick);
  return { show, showItems, light: (index, lit) => items[index]?.classList.toggle("lit", lit) };
}

function add(parent, names) {
  const child = document.createElement("div");
  child.className = names;
  child.setAttribute("aria-hidden", "true");
  parent.append(child);
  return child;
}

function itemPoint(parent, mood) {
  const dot = add(parent, "item-point");
  dot.append(mark(mood));
  place(dot, mood);
  return dot;
}

const across = (valence) => MARGIN + ((valence + 1) / 2) * (1 - 2 * MARGIN);
const down = (arousal) => MARGIN + ((1 - arousal) / 2) * (1 - 2 * MARGIN);

function place(child, { valence, arousal }) {
  child.style.left = `${across(valence) * 100}%`;
  child.style.top = `${down(arousal) * 100}%`;
}

function drawField(element) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "field");
  svg.setAttribute("viewBox", "0 0 400 300");
  svg.setAttribute("aria-hidden", "true");
  const cross = document.createElementNS(SVG, "path");
  cross.setAttribute("class", "cross");
  cross.setAttribute("d", "M200 0V300M0 150H400");
  svg.append(cross);
  const grains = Array.from({ length: COLUMNS * ROWS }, (_, i) => grain(svg, i % COLUMNS, Math.floor(i / COLUMNS)));
  element.prepend(svg);
  swell(grains, null);
  return grains;
}

function grain(svg, column, row) {
  const mood = { valence: -1 + (2 * column) / (COLUMNS - 1), arousal: 1 - (2 * row) / (ROWS - 1) };
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("class", "grain toned");
  circle.setAttribute("cx", across(mood.valence) * 400);
  circle.setAttribute("cy", down(mood.arousal) * 300);
  svg.append(tone(circle, mood));
  return { circle, mood };
}

/** Each grain grows with the likelihood of the mood being there. */
function swell(grains, mood) {
  const width = Math.max(mood?.uncertainty ?? 0, SMALLEST);
  for (const { circle, mood: at } of grains) {
    const distance = mood ? Math.hypot(at.valence - mood.valence, at.arousal - mood.arousal) : Infinity;
    const likelihood = Math.exp(-((distance / width) ** 2) / 2);
    circle.style.setProperty("r", `${(1.7 + 4.1 * likelihood).toFixed(2)}px`);
  }
}

function setInputs({ valence, arousal }, mood) {
  valence.value = mood.valence;
  arousal.value = mood.arousal;
  const words = `${inWords(mood)}, ${shapeOf(mood)}`;
  valence.setAttribute("aria-valuetext", words);
  arousal.setAttribute("aria-valuetext", words);
}

function listenToPointer(element, onPick) {
  const pick = (event) => {
    const frame = element.getBoundingClientRect();
    const unit = (share) => Math.max(-1, Math.min(1, ((share - MARGIN) / (1 - 2 * MARGIN)) * 2 - 1));
    const valence = unit((event.clientX - frame.left) / frame.width);
    const arousal = -unit((event.clientY - frame.top) / frame.height);
    onPick({ valence, arousal });
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    element.classList.add("dragging");
    pick(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) pick(event);
  });
  for (const end of ["pointerup", "pointercancel"])
    element.addEventListener(end, () => element.classList.remove("dragging"));
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Left and right move one input, up and down the other, whichever has the focus. */
function listenToKeys({ valence, arousal }, onPick) {
  const picked = () => onPick({ valence: Number(valence.value), arousal: Number(arousal.value) });
  for (const input of [valence, arousal]) {
    input.addEventListener("input", picked);
    input.addEventListener("keydown", (event) => {
      const [right, up] = STEPS[event.key] ?? [0, 0];
      if (!right && !up) return;
      event.preventDefault();
      (right > 0 ? valence.stepUp() : right < 0 && valence.stepDown());
      (up > 0 ? arousal.stepUp() : up < 0 && arousal.stepDown());
      picked();
    });
  }
}
