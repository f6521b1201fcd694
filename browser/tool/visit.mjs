// One journey: a browser window with an eye on everything that must not happen.

import { createRequire } from "node:module";
import { look } from "./look.mjs";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** A journey under way. */
export class Visit {
  /** Opens a window. Cookies of an earlier journey are taken over, so that people stay signed in. */
  static async begin(browser, { address, screenshots, journey, shared }) {
    const visit = new Visit();
    Object.assign(visit, { address, screenshots, journey, shared, faults: [], nPages: 0, expected: new Set() });
    // Only axe is put into pages, by the browser's own way in, which the content policy does not concern.
    visit.context = await browser.newContext({
      baseURL: address, locale: "ja-JP", timezoneId: "Asia/Tokyo", viewport: { width: 1280, height: 900 },
      storageState: shared.storage,
    });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(15000);
    visit.page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !visit.isExpected(message.text())) {
        visit.fault(`console: ${message.text()}`);
      }
    });
    visit.page.on("pageerror", (error) => visit.fault(`script: ${error}`));
    visit.page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      if (reason !== "net::ERR_ABORTED") visit.fault(`request: ${request.url()} ${reason}`);
    });
    visit.page.on("request", (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
        visit.fault(`a request to elsewhere: ${request.url()}`);
      }
    });
    return visit;
  }

  /** Notes what must not be. */
  fault(text) {
    this.faults.push(`${this.journey}: ${new URL(this.page.url(), this.address).pathname}: ${text}`);
  }

  /** Announces a status such as 422 that the journey provokes; browsers write it to the console. */
  expect(status) {
    this.expected.add(status);
  }

  /** Whether a message of the console was announced. */
  isExpected(text) {
    return [...this.expected].some((status) => text.includes(`status of ${status}`));
  }

  /** Goes to an address and looks at the page in both languages. */
  async open(way, name) {
    const response = await this.page.goto(way);
    if (!response.ok() && !this.expected.has(response.status())) this.fault(`status ${response.status()}`);
    await this.look(name);
  }

  /** Looks at the page that is there, in both languages where it can be asked for again. */
  async look(name) {
    for (const language of ["ja", "en"]) {
      await this.inLanguage(language);
      await this.settled();
      const faults = await look(this.page, axePath);
      for (const fault of faults) this.fault(`${language}: ${fault}`);
      await this.picture(`${name}-${language}`);
      this.nPages += 1;
    }
    await this.inLanguage("ja");
  }

  /** Switches the language with the page's own switch. */
  async inLanguage(language) {
    if ((await this.page.getAttribute("html", "lang")) === language) return;
    await Promise.all([
      this.page.waitForURL((url) => url.href === this.page.url() || true),
      this.page.locator(`form.kk-language button[value="${language}"]`).click(),
    ]);
    await this.settled();
  }

  /** Waits until nothing moves. */
  async settled() {
    await this.page.waitForLoadState("networkidle");
  }

  /** Takes a picture of the whole page. */
  async picture(name) {
    await this.page.screenshot({ path: `${this.screenshots}/${this.journey}-${name}.png`, fullPage: true });
  }

  /** Fails the journey if something does not hold. */
  check(holds, text) {
    if (!holds) this.fault(text);
  }

  /** Closes the window and keeps who is signed in. */
  async end() {
    this.shared.storage = await this.context.storageState();
    await this.context.close();
  }
}
