// The search and the copy buttons. Without this script the pages are complete, but for these two.
{
  const MAX_RESULTS = 12;
  const SNIPPET_LENGTH = 140;

  document.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest(".copy") : null;
    const code = button?.closest("figure")?.querySelector("code");
    if (!button || !code) return;
    const copied = await copy(code);
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });

  /** @param {Element} element @returns {Promise<boolean>} whether its text is in the clipboard; if not, it is selected */
  async function copy(element) {
    try {
      await navigator.clipboard.writeText(element.textContent ?? "");
      return true;
    } catch {
      getSelection()?.selectAllChildren(element);
      return false;
    }
  }

  const input = /** @type {HTMLInputElement} */ (document.querySelector(".search input"));
  const panel = /** @type {HTMLElement} */ (document.querySelector(".results"));
  const status = /** @type {HTMLElement} */ (panel.querySelector("[role=status]"));
  const list = /** @type {HTMLElement} */ (panel.querySelector("ol"));

  /** @type {Promise<(query: string) => any[]> | undefined} */
  let index;
  const loadIndex = () => (index ??= load("search.js").then(makeIndex));

  /** @param {string} src */
  function load(src) {
    return new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
    });
  }

  function makeIndex() {
    const { MiniSearch, searchSections } = /** @type {any} */ (globalThis);
    const search = new MiniSearch({
      fields: ["title", "text"],
      storeFields: ["title", "page", "text"],
      // A name such as messages_read_count is found whole and by its parts.
      tokenize: (/** @type {string} */ text) =>
        text.match(/[\p{L}\p{N}_]+/gu)?.flatMap((word) => (word.includes("_") ? [word, ...word.split("_")] : word)) ??
        [],
      searchOptions: {
        boost: { title: 4 },
        prefix: true,
        fuzzy: (/** @type {string} */ term) => (/^\p{L}{4,}$/u.test(term) ? 0.2 : false),
        combineWith: "AND",
      },
    });
    search.addAll(searchSections);
    return (/** @type {string} */ query) => search.search(query);
  }

  async function showResults() {
    const query = input.value.trim();
    panel.hidden = query === "";
    if (panel.hidden) return;
    const search = await loadIndex();
    if (query !== input.value.trim()) return; // The reader has typed on.
    const results = search(query);
    status.textContent =
      results.length === 0 ? "No results" : results.length === 1 ? "1 result" : `${results.length} results`;
    list.replaceChildren(...results.slice(0, MAX_RESULTS).map(toItem));
  }

  /** @param {{ id: string, title: string, page: string, text: string, terms: string[] }} result */
  function toItem({ id, title, page, text, terms }) {
    const found = Math.max(
      0,
      Math.min(...terms.map((term) => text.toLowerCase().indexOf(term)).filter((at) => at >= 0)),
    );
    const start = Number.isFinite(found) ? Math.max(0, found - 40) : 0;
    const link = Object.assign(document.createElement("a"), { href: id });
    const parts = {
      strong: title,
      span: page === title ? "" : page,
      small: (start > 0 ? "…" : "") + text.slice(start, start + SNIPPET_LENGTH),
    };
    link.append(
      ...Object.entries(parts).map(([tag, textContent]) => Object.assign(document.createElement(tag), { textContent })),
    );
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  function close() {
    panel.hidden = true;
  }

  input.addEventListener("focus", () => {
    loadIndex();
    showResults();
  });
  input.addEventListener("input", showResults);
  list.addEventListener("click", close);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !input.closest("search")?.contains(target)) close();
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof Node && !input.closest("search")?.contains(target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      input.focus();
      input.select();
    }
    const links = [...list.querySelectorAll("a")];
    if (panel.hidden || !input.closest("search")?.contains(document.activeElement)) return;
    const at = links.findIndex((link) => link === document.activeElement);
    if (event.key === "Escape") {
      close();
      input.focus();
      close();
    } else if (event.key === "Enter" && at < 0) links[0]?.click();
    else if (event.key === "ArrowDown") links[at + 1]?.focus();
    else if (event.key === "ArrowUp") (links[at - 1] ?? input).focus();
    else return;
    event.preventDefault();
  });
}
