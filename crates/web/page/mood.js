// How a mood looks and is put into words. The colours are corners of the plane, mixed in Oklab.

const corner = (chroma, hue) => [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
const GLAD = corner(0.15, 70);
const EASY = corner(0.13, 165);
const LOW = corner(0.16, 272);
const TENSE = corner(0.17, 18);

/** Expressions with the place in the plane whose colour and shape they take. */
export const EXPRESSIONS = {
  happy: { valence: 0.9, arousal: 0.6 },
  surprised: { valence: 0.3, arousal: 0.9 },
  neutral: { valence: 0, arousal: -0.05 },
  sad: { valence: -0.9, arousal: -0.8 },
  angry: { valence: -0.8, arousal: 0.9 },
  fearful: { valence: -0.9, arousal: 0.4 },
  disgusted: { valence: -0.8, arousal: 0.2 },
  contempt: { valence: -0.6, arousal: 0.1 },
};

/** Colours an element (of class `toned`) by a mood. */
export function tone(element, { valence, arousal }) {
  const share = (x) => (Math.max(-1, Math.min(1, x * 1.25)) + 1) / 2;
  const [right, up] = [share(valence), share(arousal)];
  const mix = (axis) =>
    up * (right * GLAD[axis] + (1 - right) * TENSE[axis]) + (1 - up) * (right * EASY[axis] + (1 - right) * LOW[axis]);
  element.style.setProperty("--mood-a", mix(0).toFixed(4));
  element.style.setProperty("--mood-b", mix(1).toFixed(4));
  return element;
}

/** The name of the shape that stands beside the colour. */
export function shapeOf({ valence, arousal }) {
  if (Math.hypot(valence, arousal) < 0.2) return "even";
  if (arousal >= 0) return valence >= 0 ? "glad" : "tense";
  return valence >= 0 ? "easy" : "low";
}

/** The shape as an SVG element, coloured by the mood. */
export function mark(mood) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#shape-${shapeOf(mood)}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("shape", "toned");
  svg.append(use);
  return tone(svg, mood);
}

/** A point of the plane in words, such as "pleasant and a little awake". */
export function inWords({ valence, arousal }) {
  const words = [degree(valence, "pleasant", "unpleasant"), degree(arousal, "awake", "calm")].filter(Boolean);
  return words.length ? words.join(" and ") : "in the middle";
}

function degree(x, above, below) {
  const size = Math.abs(x);
  if (size < 0.1) return "";
  const word = x > 0 ? above : below;
  if (size < 0.35) return `a little ${word}`;
  return size > 0.75 ? `very ${word}` : word;
}

/** A probability as a whole percentage. */
export const percent = (p) => `${Math.round(p * 100)} %`;
