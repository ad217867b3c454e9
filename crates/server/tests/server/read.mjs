// Reads an RGBA picture with the page's own module.
// node read.mjs MODULE_JS WASM MODEL RGBA WIDTH HEIGHT LOOK
//
// LOOK is read, glance, or watch: then the picture is held before the module for a second and a half, ten
// frames a second, with a bias as corrections make one.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [moduleJs, wasm, model, rgba, width, height, look] = process.argv.slice(2);
const { open } = await import(pathToFileURL(moduleJs));
const reader = await open(await WebAssembly.compile(await readFile(wasm)), await readFile(model));
const picture = await readFile(rgba);
const see = (...time) => reader[look](picture, Number(width), Number(height), ...time);
if (look === "watch") {
  const watched = (bias) => {
    reader.begin(bias);
    let seen;
    for (let frame = 0; frame < 15; frame++) seen = see(frame / 10);
    return seen.faces;
  };
  console.log(JSON.stringify([watched([]), watched([0.4, -0.4, 0, 0, 0, 0, 0, 0])]));
} else {
  console.log(JSON.stringify(see()));
}
