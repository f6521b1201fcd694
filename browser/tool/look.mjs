// What every page must fulfil, whatever it shows.

/** Everything that is wrong with a page. */
export async function look(page, axePath) {
  return [
    ...(await axe(page, axePath)),
    ...(await keyboard(page)),
    ...(await narrow(page)),
  ];
}

/** The rules of WCAG 2.2 AA that a program can judge. */
async function axe(page, axePath) {
  // The page's policy allows no script that is put in, so axe is evaluated instead.
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(axePath, "utf8"));
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return result.violations.map((violation) => {
    const nodes = violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ");
    return `axe ${violation.id} (${violation.impact}): ${nodes}`;
  });
}

/** The Tab key reaches every control once, in an order without end, and one sees where it is. */
async function keyboard(page) {
  const faults = [];
  const nControls = await page.evaluate(() => {
    const selector = "a[href], button, input, select, textarea, summary, [tabindex]";
    const isReachable = (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true })
      && element.type !== "hidden" && !element.closest("details:not([open]) > :not(summary)");
    const found = [...document.querySelectorAll(selector)].filter(isReachable);
    let n = 0;
    for (const element of found) {
      // Of a group of radio buttons the chosen one is reached, or the first; the others by arrow keys.
      if (element.type === "radio") {
        const group = found.filter((other) => other.type === "radio" && other.name === element.name && other.form === element.form);
        if (element !== (group.find((other) => other.checked) ?? group[0])) continue;
      }
      element.dataset.control = String(n += 1);
    }
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    return n;
  });
  const seen = new Set();
  for (let step = 0; step < nControls + 3; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const isInView = box.bottom > 0 && box.top < innerHeight && box.width > 0;
      return {
        control: element.dataset.control ?? (element.type === "radio" ? "radio" : null),
        isVisible: (isOutlined || style.boxShadow !== "none") && isInView,
        what: `${element.tagName.toLowerCase()} ${(element.textContent || element.name || "").trim().slice(0, 30)}`,
      };
    });
    if (at === null) break;
    if (seen.has(at.control) && at.control !== "radio") break;
    seen.add(at.control);
    if (!at.isVisible) faults.push(`keyboard: the focus on "${at.what}" is not visible`);
  }
  const nSeen = [...seen].filter((control) => control !== "radio" && control !== null).length;
  if (nSeen < nControls) {
    const missed = await page.evaluate((seen) => [...document.querySelectorAll("[data-control]")]
      .filter((element) => !seen.includes(element.dataset.control))
      .map((element) => `${element.tagName.toLowerCase()} ${(element.textContent || element.name || "").trim().slice(0, 30)}`)
      .slice(0, 3), [...seen]);
    if (missed.length > 0) faults.push(`keyboard: Tab reached ${nSeen} of ${nControls} controls; not ${missed.join(", ")}`);
  }
  await page.evaluate(() => document.activeElement?.blur());
  return faults.slice(0, 5);
}

/** At 320 pixels, as on a small telephone or at 400 % zoom, nothing makes the page scroll sideways. */
async function narrow(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => {
    const n = document.documentElement.scrollWidth - innerWidth;
    if (n <= 0) return null;
    const isCut = (element) => {
      for (let above = element.parentElement; above; above = above.parentElement) {
        if (getComputedStyle(above).overflowX !== "visible") return true;
      }
      return false;
    };
    const over = [...document.body.querySelectorAll("*")]
      .find((element) => element.getBoundingClientRect().right > innerWidth + 1 && !isCut(element));
    return `${n} px too wide at ${over ? `${over.tagName.toLowerCase()}.${over.className}` : "?"}`;
  });
  await page.setViewportSize(before);
  return wide === null ? [] : [`320 px: ${wide}`];
}
