// Measures the app and its face reader in headless Chromium; see `run`.

import { app } from "./app.mjs";
import { readings } from "./readings.mjs";

const [address, work, binary] = process.argv.slice(2);
const measured = { app: await app(address, binary), readings: await readings(address, work, binary) };
console.log(JSON.stringify(measured, null, 2));
for (const fault of [...measured.app.faults, ...measured.readings.faults]) {
  console.error(`fault: ${fault}`);
  process.exitCode = 1;
}
