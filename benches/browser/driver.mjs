// As much of WebDriver (W3C) as measuring takes: headless Chromium, one page.

import { spawn } from "node:child_process";

const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
  "--disable-background-networking", "--disable-component-update", "--window-size=1280,900"];

/** A browser with an empty profile. What Chromium starts runs where this process runs: on one core. */
export class Browser {
  static async start(binary) {
    const browser = new Browser();
    browser.driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
    browser.port = await new Promise((resolve, reject) => {
      let told = "";
      browser.driver.stdout.on("data", (chunk) => {
        const found = /successfully on port (\d+)\./.exec((told += chunk));
        if (found) resolve(found[1]);
      });
      browser.driver.on("error", reject).on("exit", () => reject(new Error(`chromedriver ended: ${told}`)));
    });
    const wanted = { alwaysMatch: { "goog:chromeOptions": { binary, args: ARGUMENTS } } };
    const { sessionId, capabilities } = await browser.call("/session", { capabilities: wanted });
    browser.session = `/session/${sessionId}`;
    browser.name = `${capabilities.browserName} ${capabilities.browserVersion}`;
    await browser.command("timeouts", { script: 300000 });
    return browser;
  }

  async call(path, body, method = "POST") {
    const options = { method, body: method === "POST" ? JSON.stringify(body) : undefined };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, options);
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value?.message}`);
    return value;
  }

  command(what, body) {
    return this.call(`${this.session}/${what}`, body);
  }

  visit(url) {
    return this.command("url", { url });
  }

  /** Runs a script in every page before its own ones. */
  beforeEachPage(source) {
    return this.command("goog/cdp/execute", { cmd: "Page.addScriptToEvaluateOnNewDocument", params: { source } });
  }

  /** Calls a function in the page and waits for what it promises. */
  async inPage(work, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      (${work})(...Array.from(arguments).slice(0, -1)).then((value) => done({ value }), (e) => done({ error: String(e) }));`;
    const { value, error } = await this.command("execute/async", { script, args });
    if (error) throw new Error(error);
    return value;
  }

  async close() {
    await this.call(this.session, null, "DELETE").catch(() => {});
    this.driver.kill();
  }
}

/** Two digits. */
export const round = (value) => Math.round(value * 100) / 100;

/** Medians and the like of times in milliseconds. */
export function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return { median_ms: at(0.5), p95_ms: at(0.95), longest_ms: at(1), runs: sorted.length };
}
