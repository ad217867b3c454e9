// Times the stages of reading a picture in the page's own module.
// node wasm.mjs VISION_JS WASM MODEL RGBA WIDTH HEIGHT SECONDS STAGES
// With one stage it is run for so many seconds and counted; with several each is timed, run by run.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [visionJs, wasm, model, rgba, width, height, seconds, stages] = process.argv.slice(2);
const { open } = await import(pathToFileURL(visionJs));
const module = await WebAssembly.compile(await readFile(wasm));
const reader = await open(module, await readFile(model));
const run = reader.stages(await readFile(rgba), Number(width), Number(height));
const measured = stages.split(",").map((stage) => {
  const times = [];
  for (let i = 0; i < 5; i++) run(stage);
  const begin = performance.now();
  while (performance.now() - begin < 1000 * seconds || times.length < 50) {
    const start = performance.now();
    if (!run(stage)) throw new Error(`stage ${stage} gave nothing`);
    times.push(performance.now() - start);
  }
  return { times, took_s: (performance.now() - begin) / 1000 };
});
console.log(JSON.stringify({ engine: `node ${process.version}`, measured }));
