// Reads an RGBA picture with the page's own module.
// node read.mjs MODULE_JS WASM MODEL RGBA WIDTH HEIGHT LOOK

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [moduleJs, wasm, model, rgba, width, height, look] = process.argv.slice(2);
const { open } = await import(pathToFileURL(moduleJs));
const reader = await open(await WebAssembly.compile(await readFile(wasm)), await readFile(model));
console.log(JSON.stringify(reader[look](await readFile(rgba), Number(width), Number(height))));
