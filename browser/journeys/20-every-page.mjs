// Every page that the navigation and the pages themselves lead to, as far as one can read without changing anything.

const N_PAGES_MAX = 60;

// Pages that others lead to already and that are not there yet: to be deleted from this list as they come.
const NOT_YET = [];

export default async function (visit) {
  const { page } = visit;
  await page.goto("/");
  const known = new Set(["/"]);
  const waiting = ["/"];
  // Pages of the same form (/products/1, /products/2) are looked at once.
  const form = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, "*");
  const forms = new Set();
  while (waiting.length > 0 && forms.size < N_PAGES_MAX) {
    const way = waiting.shift();
    if (NOT_YET.includes(way)) visit.expect(404);
    const response = await page.goto(way);
    if (response.status() === 404 && NOT_YET.includes(way)) {
      console.log(`     not yet there: ${way}`);
      continue;
    }
    if (!(response.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    if (!forms.has(form(way))) {
      forms.add(form(way));
      if (!response.ok()) visit.fault(`${way}: status ${response.status()}`);
      await visit.look(`page${form(way).replace(/[^a-z0-9]+/gi, "-")}`);
    }
    const ways = await page.evaluate(() => [...document.querySelectorAll("a[href]")]
      .filter((link) => !link.hasAttribute("download"))
      .map((link) => new URL(link.href))
      .filter((url) => url.origin === location.origin && !url.pathname.startsWith("/assets/"))
      .map((url) => url.pathname));
    for (const next of ways) {
      if (!known.has(next) && !/\.(csv|xlsx|json)$/.test(next)) {
        known.add(next);
        waiting.push(next);
      }
    }
  }
}
