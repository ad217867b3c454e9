// Node: the engines compiled to wasm (SIMD, one thread), and onnxruntime-web; a line of JSON each.
//   node wasm.mjs engines.wasm model.onnx model.safetensors input.f32 side node_modules
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [code, onnx, safetensors, face] = process.argv.slice(2, 6).map((path) => readFileSync(path));
const side = Number(process.argv[6]);
const NAMES = ["Attune's kernels", "rten 0.27.0"];

const median = (all) => Number(all.sort((a, b) => a - b)[all.length >> 1].toFixed(3));

const report = (engine, { times, cpu }, logits) => console.log(JSON.stringify({
  engine, side, median_ms: median(times), cpu_ms: median(cpu), logits: [...logits],
}));

async function time(run) {
  for (let i = 0; i < 50; i++) await run();
  const [times, cpu] = [[], []];
  for (let turn = 0; turn < 20; turn++) {
    const begin = process.cpuUsage();
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    const { user, system } = process.cpuUsage(begin);
    cpu.push((user + system) / 1e3 / 20);
  }
  return { times, cpu };
}

const module = new WebAssembly.Module(code);
// Nothing outside is called while a network runs.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  (imports[from] ??= {})[name] = () => 0;
}
for (const [index, name] of NAMES.entries()) {
  try {
    const { exports } = new WebAssembly.Instance(module, imports);
    const put = (bytes) => {
      const address = exports.reserve(bytes.length);
      new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
      return [address, bytes.length];
    };
    const [onnxAt, safetensorsAt] = [put(onnx), put(safetensors)];
    if (!exports.make(index, ...onnxAt, ...safetensorsAt)) throw new Error("it does not load the network");
    const times = await time(() => exports.run());
    const count = exports.run();
    report(name, times, new Float32Array(exports.memory.buffer, exports.logits(), count));
  } catch (error) {
    console.error(`${name} in wasm: ${error.message}`);
  }
}

const require = createRequire(`${process.argv[7]}/`);
try {
  const ort = require("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(onnx, { executionProviders: ["wasm"] });
  const numbers = new Float32Array(face.buffer.slice(face.byteOffset, face.byteOffset + face.length));
  const feed = { [session.inputNames[0]]: new ort.Tensor("float32", numbers, [1, 1, side, side]) };
  const times = await time(() => session.run(feed));
  const heads = await session.run(feed);
  const about = readFileSync(`${process.argv[7]}/onnxruntime-web/package.json`, "utf8");
  const { version } = JSON.parse(about);
  report(`onnxruntime ${version}`, times, session.outputNames.flatMap((name) => [...heads[name].data]));
} catch (error) {
  console.error(`onnxruntime-web: ${error.message}`);
}
process.exit(0);
