// First start → account → home → out and in again.

export const email = "kikimori@example.jp";
export const password = "とても長い合言葉 2026";

export default async function (visit) {
  const { page } = visit;
  await visit.open("/sign-in", "sign-in");

  await visit.open(visit.shared.setUpWay, "set-up");
  // Mistakes are told beside the fields, and what was typed stays.
  visit.expect(422);
  await page.fill('[name="organisation_ja"]', "架空医療機器株式会社");
  await page.fill('[name="email"]', email);
  await page.fill('[name="new_password"]', "short");
  await page.evaluate(() => { document.querySelector("main form").noValidate = true; });
  await page.click('main form button[type="submit"], main form button:not([type])');
  await visit.settled();
  visit.check((await page.inputValue('[name="email"]')) === email, "what was typed is gone");
  visit.check((await page.locator('[aria-invalid="true"]').count()) > 0, "no field is marked as wrong");

  await page.goto(visit.shared.setUpWay);
  const kind = page.locator('[name="organisation_kind"]');
  if ((await kind.first().getAttribute("type")) === "radio") await kind.first().check();
  else await kind.selectOption("mah");
  await page.fill('[name="organisation_ja"]', "架空医療機器株式会社");
  await page.fill('[name="organisation_en"]', "Imaginary Medical Devices");
  await page.fill('[name="person"]', "機器 守");
  await page.fill('[name="email"]', email);
  await page.fill('[name="new_password"]', password);
  await page.fill('[name="new_password_again"]', password);
  await page.click('main form button[type="submit"], main form button:not([type])');
  await page.waitForURL((url) => url.pathname === "/");
  await visit.look("home");

  await page.locator('form[action="/sign-out"] button').first().evaluate((button) => button.click());
  await page.waitForURL((url) => url.pathname === "/signed-out");
  await visit.look("signed-out");

  await page.goto("/sign-in");
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', "wrong wrong wrong");
  await page.press('[name="password"]', "Enter");
  await visit.settled();
  visit.check((await page.locator('[role="alert"], .kk-errors').count()) > 0, "a wrong password is not told");
  await page.fill('[name="password"]', password);
  await page.press('[name="password"]', "Enter");
  await page.waitForURL((url) => url.pathname === "/");
}
