// Kikimori's own script: everything works without it. It swaps regions of whole pages, copies, counts, warns and opens
// what is printed. No dependency, no inline code.
(() => {
  "use strict";
  const WAIT_MS = 400;
  const live = document.getElementById("live");
  const announce = (text) => { if (live && text) { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); } };

  // Region swaps. The server answers with a whole document; the named region is taken out of it.
  let running = null;
  async function swap(url, selector, options = {}) {
    if (running) running.abort();
    const abort = new AbortController();
    running = abort;
    try {
      const response = await fetch(url, { ...options.request, signal: abort.signal, headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (response.status >= 500 || !(response.headers.get("content-type") || "").includes("text/html")) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector(selector);
      const old = document.querySelector(selector);
      // Another page came, such as the one to sign in: go there as any link would.
      if (!fresh || !old) { location.assign(response.url || url); return; }
      const focused = document.activeElement && old.contains(document.activeElement) ? document.activeElement : null;
      const key = focused ? focused.getAttribute("href") || focused.id || focused.name : null;
      old.replaceWith(document.adoptNode(fresh));
      const flash = page.getElementById("flash");
      if (flash && selector !== "#flash") document.getElementById("flash")?.replaceWith(document.adoptNode(flash));
      if (options.push) { history.pushState({ swap: selector }, "", response.url || url); document.title = page.title; }
      prepare(document.querySelector(selector));
      if (key) {
        const again = [...document.querySelector(selector).querySelectorAll("a, button, input, select")]
          .find((e) => e.getAttribute("href") === key || e.id === key || e.name === key);
        (again || document.querySelector(selector)).focus?.();
      }
      announce(document.querySelector(selector).querySelector("[data-count], .kk-empty__title")?.textContent);
    } catch (error) {
      if (error.name !== "AbortError") options.fail ? options.fail() : location.assign(url);
    } finally {
      if (running === abort) running = null;
    }
  }
  const address = (form) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value.trim() !== "") query.append(name, value);
    const text = query.toString();
    return form.getAttribute("action") + (text ? `?${text}` : "");
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // A condition that goes away changes the filter too, so the form is brought into line.
    swap(link.href, link.dataset.swap, { push: true }).then(() => fillFilter(new URL(link.href)));
  });
  function fillFilter(url) {
    for (const field of document.querySelectorAll("form[data-live] .kk-input, form[data-live] .kk-check__box")) {
      const value = url.searchParams.get(field.name) || "";
      if (field.type === "checkbox") field.checked = value === field.value; else field.value = value;
    }
  }
  window.addEventListener("popstate", () => location.reload());

  // Forms that swap: the filter sends itself a moment after the last key, never while an IME composes.
  let timer = 0;
  let composing = false;
  const later = (form, wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (!composing) swap(address(form), form.dataset.swap, { push: true }); }, wait);
  };
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", (event) => {
    composing = false;
    const form = event.target.closest?.("form[data-live]");
    if (form) later(form, WAIT_MS);
  });
  document.addEventListener("input", (event) => {
    if (event.isComposing || composing) return;
    const form = event.target.closest("form[data-live]");
    if (form) later(form, event.target.matches("select, [type=checkbox]") ? 0 : WAIT_MS);
  });
  document.addEventListener("keydown", (event) => {
    // Enter that ends a conversion must not send the form (Safari reports it as key 229).
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.swap && form.method === "get") {
      event.preventDefault();
      clearTimeout(timer);
      swap(address(form), form.dataset.swap, { push: true });
    }
    form.dataset.sent = "1";
  });

  // Shortcuts, unless the profile turned them off, and never while typing.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
      event.target.form.requestSubmit();
      return;
    }
    if (!document.body.hasAttribute("data-shortcuts") || isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { const search = document.getElementById("search"); if (search) { event.preventDefault(); search.focus(); search.select(); } }
    if (event.key === "?") location.assign("/help");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector(".kk-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Unsaved changes.
  const before = new WeakMap();
  const text = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  window.addEventListener("beforeunload", (event) => {
    for (const form of document.querySelectorAll("form[data-guard]")) {
      if (!form.dataset.sent && before.has(form) && before.get(form) !== text(form)) event.preventDefault();
    }
  });

  // Copying.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.setAttribute("data-done", "");
      announce(button.textContent + " ✓");
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button.previousElementSibling);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  });

  // Printing.
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => { for (const details of opened) details.open = false; });

  // Bulk choice: the count beside the buttons.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-bulk]");
    const label = form?.querySelector("[data-bulk-label]");
    if (label) label.textContent = label.dataset.bulkLabel.replace("{n}", form.querySelectorAll("tbody :checked").length);
  });

  // What a fresh region needs.
  function prepare(root) {
    if (!root) return;
    for (const button of root.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
    for (const form of root.querySelectorAll("form[data-guard]")) before.set(form, text(form));
    for (const area of root.querySelectorAll("textarea[data-limit]")) {
      const counter = area.parentElement.querySelector(".kk-field__counter");
      const limit = Number(area.dataset.limit);
      const words = counter?.textContent;
      const update = () => {
        const n = [...area.value].length;
        counter.textContent = `${n} / ${words}`;
        counter.toggleAttribute("data-over", n > limit);
      };
      if (counter) { update(); area.addEventListener("input", update); }
    }
    for (const region of root.querySelectorAll("[data-poll]")) poll(region.id, Number(region.dataset.poll));
  }
  // A region that shows progress is fetched again until it no longer asks for that.
  function poll(id, seconds) {
    setTimeout(() => {
      const region = document.getElementById(id);
      if (!region?.hasAttribute("data-poll")) return;
      if (document.hidden) { poll(id, seconds); return; }
      swap(location.href, `#${id}`, { fail: () => poll(id, seconds * 2) }).then(() => {
        if (document.getElementById(id)?.hasAttribute("data-poll")) poll(id, seconds);
      });
    }, seconds * 1000);
  }
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
})();
