// The page as a whole: a face or a point becomes a mood, a mood becomes a list.

import { Refusal, bodyOf, languages, moodToSend, recommend } from "./ask.js";
import { listenToCamera } from "./live.js";
import { capital, refuseList, showList, waitForList } from "./list.js";
import { EXPRESSIONS, inWords, mark, tone } from "./mood.js";
import { NOTICES, notify } from "./notices.js";
import { drawFile } from "./picture.js";
import { createPlane } from "./plane.js";
import { readFaces } from "./reader.js";
import { showReading } from "./reading.js";
import { setStage, showBoxes } from "./stage.js";

const byId = (id) => document.getElementById(id);
const form = byId("want");
const canvas = byId("picture");
const inputs = { valence: byId("valence"), arousal: byId("arousal") };
/** How unsure a person is who points at the plane. */
const POINTING = 0.12;

let about = null;
let seed = newSeed();
let asking = null;
let timer = 0;

const plane = createPlane(byId("plane"), inputs, (point) => {
  showReading(null);
  chooseMood({ ...point, uncertainty: POINTING });
});

function newSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/** Asks for a list for this mood. */
function chooseMood(mood) {
  about = { mood: moodToSend(mood) };
  pressWord(null);
  showMood(mood);
  askSoon();
}

function chooseWord(expression) {
  about = { expression };
  showReading(null);
  pressWord(expression);
  askSoon();
}

function showMood(mood) {
  plane.show(mood);
  tone(document.body, mood);
  byId("mood-key").hidden = false;
  byId("mood-words").replaceChildren(mark(mood), capital(inWords(mood)));
}

function pressWord(expression) {
  for (const word of byId("words").children) word.setAttribute("aria-pressed", String(word.dataset.word === expression));
}

function askSoon() {
  clearTimeout(timer);
  if (about) timer = setTimeout(ask, 160);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const body = JSON.stringify(bodyOf(form, about, seed));
  waitForList();
  showSent(body);
  try {
    const answer = await recommend(body, asking.signal);
    if (about.expression) showMood(answer.mood);
    showList(answer, plane.light);
    plane.showItems(answer.items);
    byId("again").hidden = answer.items.length === 0;
  } catch (error) {
    if (error.name === "AbortError") return;
    plane.showItems([]);
    refuseList(error instanceof Refusal ? error : new Refusal({ error: "Your Attune does not answer.", hint: "Is attune serve still running?" }));
  }
}

function showSent(body) {
  byId("sent-said").textContent = `POST /api/recommend, ${new Blob([body]).size} bytes, and nothing else about you:`;
  byId("sent-body").hidden = false;
  byId("sent-body").textContent = JSON.stringify(JSON.parse(body), null, 2);
}

/** Reads a picture and shows its faces; the largest is taken until a person picks another. */
async function readPicture(picture, mirrored = false) {
  const { width, height } = picture;
  notify(byId("notice"), null);
  setStage("photo", { mirrored });
  byId("stage").classList.add("reading-now");
  try {
    const { faces } = await readFaces(picture);
    if (faces.length === 0) notify(byId("notice"), NOTICES.noFace);
    const pick = (index) => {
      showBoxes(faces, { width, height, chosen: index, mirrored, onPick: pick });
      showReading(faces[index] ?? null);
      if (faces[index]) chooseMood(faces[index].mood);
    };
    pick(0);
    if (faces.length > 1) notify(byId("notice"), [`${faces.length} faces.`, "The largest is chosen: pick another in the picture."], false);
  } catch (error) {
    notify(byId("notice"), [NOTICES.noReader[0], error.message]);
  } finally {
    byId("stage").classList.remove("reading-now");
  }
}

async function takeFile(file) {
  if (!file) return;
  camera.stop();
  showReading(null);
  try {
    await readPicture(await drawFile(file, canvas));
  } catch {
    setStage("idle");
    notify(byId("notice"), NOTICES.unreadable);
  }
}

const camera = listenToCamera({ onTake: (picture) => readPicture(picture, true) });

function listenToFiles() {
  const stage = byId("stage");
  byId("file").addEventListener("change", ({ target }) => {
    takeFile(target.files[0]);
    target.value = "";
  });
  document.addEventListener("paste", ({ clipboardData }) => takeFile(clipboardData?.files[0]));
  for (const event of ["dragenter", "dragover"])
    document.addEventListener(event, (e) => {
      e.preventDefault();
      stage.classList.add("over");
    });
  document.addEventListener("dragleave", (e) => e.relatedTarget ?? stage.classList.remove("over"));
  document.addEventListener("drop", (e) => {
    e.preventDefault();
    stage.classList.remove("over");
    takeFile(e.dataTransfer?.files[0]);
  });
}

function listenToForm() {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    byId("limit-said").textContent = byId("limit").value;
    askSoon();
  });
  byId("again").addEventListener("click", () => {
    seed = newSeed();
    askSoon();
  });
}

function offerWords() {
  byId("words").replaceChildren(...Object.entries(EXPRESSIONS).map(([word, place]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.word = word;
    button.setAttribute("aria-pressed", "false");
    button.append(mark(place), word);
    button.addEventListener("click", () => chooseWord(word));
    return button;
  }));
}

async function offerLanguages() {
  const offered = await languages().catch(() => []);
  byId("languages").hidden = offered.length === 0;
  byId("languages").querySelector(".chips").replaceChildren(...offered.map(({ language, items }) => {
    const chip = document.createElement("label");
    chip.className = "chip";
    chip.innerHTML = '<input type="checkbox" name="language"><span></span>';
    chip.querySelector("input").value = language;
    const count = document.createElement("small");
    count.textContent = items;
    chip.querySelector("span").append(capital(language), count);
    return chip;
  }));
}

document.querySelector('a[href="#sent"]').addEventListener("click", () => (byId("sent").open = true));
listenToFiles();
listenToForm();
offerWords();
offerLanguages();
byId("more").open = matchMedia("(min-width: 52rem)").matches;
