// The stage: a photo or the camera's picture with a box on every face.

import { EXPRESSIONS, mark, tone } from "./mood.js";

const stage = document.getElementById("stage");
const boxes = document.getElementById("boxes");
const video = document.getElementById("video");
const canvas = document.getElementById("picture");

/** Shows one of `idle`, `camera` and `photo`. */
export function setStage(state, { mirrored = false } = {}) {
  stage.dataset.state = state;
  video.hidden = state !== "camera";
  canvas.hidden = state !== "photo";
  canvas.classList.toggle("mirrored", mirrored);
  boxes.replaceChildren();
}

/**
 * Draws the faces of a picture of `width` x `height` pixels.
 * @param {(index: number) => void} onPick called when a person chooses a face
 */
export function showBoxes(faces, { width, height, chosen, mirrored, onPick }) {
  picture = { width, height };
  fit();
  boxes.replaceChildren(...faces.map((face, index) => {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "face-box toned";
    box.setAttribute("aria-pressed", String(index === chosen));
    place(box, face.box, mirrored);
    box.append(label(face, index, { many: faces.length > 1, chosen: index === chosen }));
    box.addEventListener("click", () => onPick(index));
    return tone(box, face.mood);
  }));
}

let picture = { width: 4, height: 3 };

/** Lays the boxes over the picture, where `object-fit: contain` put it. */
function fit() {
  const { width, height } = picture;
  const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height);
  boxes.style.width = `${width * scale}px`;
  boxes.style.height = `${height * scale}px`;
  boxes.style.left = `${(stage.clientWidth - width * scale) / 2}px`;
  boxes.style.top = `${(stage.clientHeight - height * scale) / 2}px`;
}

new ResizeObserver(fit).observe(stage);

function place(element, box, mirrored) {
  const { width, height } = picture;
  const x = mirrored ? width - box.x - box.width : box.x;
  element.style.left = `${(x / width) * 100}%`;
  element.style.top = `${(box.y / height) * 100}%`;
  element.style.width = `${(box.width / width) * 100}%`;
  element.style.height = `${(box.height / height) * 100}%`;
  element.classList.toggle("under", box.y < height * 0.12);
  element.classList.toggle("leftwards", x + box.width / 2 > width * 0.6);
}

/** The chosen face says what it shows, the others only their number; all say both aloud. */
function label(face, index, { many, chosen }) {
  const text = document.createElement("span");
  const said = document.createElement("span");
  said.className = chosen ? "said-here" : "unseen";
  if (chosen) said.append(mark(EXPRESSIONS[face.expression] ?? face.mood));
  said.append(face.expression ?? "can’t tell");
  text.className = "label";
  text.append(unseen("Face "), many ? `${index + 1} ` : "", said);
  return text;
}

function unseen(words) {
  const text = document.createElement("span");
  text.className = "unseen";
  text.textContent = words;
  return text;
}
