// Runs every journey of ../journeys in Chromium against a server that is already running.
//
// Usage: node tool/run.mjs ADDRESS SETUP_WAY SCREENSHOTS [JOURNEY...]
//
// A journey is a module with `export default async function (visit)`. Whatever page it visits is looked at in Japanese and in English:
// axe (WCAG 2.2 AA), the way of the Tab key, 320 pixels without scrolling sideways. A message on the console, a script that fails, a
// request that fails or a breach of the content policy anywhere fails the run.

import { mkdir, readdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { Visit } from "./visit.mjs";

const [address, setUpWay, screenshots, ...chosen] = process.argv.slice(2);
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
await mkdir(screenshots, { recursive: true });
const folder = new URL("../journeys/", import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort();
const faults = [];
let nPages = 0;
// Journeys run in the order of their names and share one account, which the first one makes.
const shared = { setUpWay };
for (const name of names) {
  if (chosen.length > 0 && !chosen.includes(name.replace(/\.mjs$/, ""))) continue;
  const begun = Date.now();
  const visit = await Visit.begin(browser, { address, screenshots, journey: name.replace(/\.mjs$/, ""), shared });
  try {
    const journey = await import(new URL(name, folder));
    await journey.default(visit);
  } catch (error) {
    visit.fault(`the journey stopped: ${error.stack ?? error}`);
    await visit.picture("stopped").catch(() => {});
  }
  await visit.end();
  nPages += visit.nPages;
  faults.push(...visit.faults);
  console.log(`${visit.faults.length === 0 ? "ok  " : "FAIL"} ${name}: ${visit.nPages} pages, ${Date.now() - begun} ms`);
}
await browser.close();
for (const fault of faults) console.log(`  ${fault}`);
console.log(`browser: ${nPages} pages looked at, ${faults.length} faults`);
process.exit(faults.length === 0 && nPages > 0 ? 0 : 1);
