// The search, the copy buttons, and the mark of the current place. Without this script the pages are complete, but for these.
{
  const SNIPPET_LENGTH = 140;
  /** Words that say nothing of what is looked for. */
  const FILLERS =
    /^(an?|and|are|can|do(es)?|for|from|get|how|i|if|in(to)?|is|it|my|of|on|or|the|this|to|us(e|ing)|wh(at|en|ere|ich|y)|with)$/;
  /** How much an entry weighs. @type {Record<string, number>} */
  const WEIGHTS = { page: 3, section: 1, row: 0.8, old: 0.2 };

  const home = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  /** @param {string} selector @returns {any} */
  const find = (selector) => document.querySelector(selector);
  /** @param {string} tag @param {object} properties */
  const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
  /** @param {EventTarget | null} target @param {string} selector @returns {any} */
  const closest = (target, selector) => (target instanceof Element ? target.closest(selector) : null);

  document.addEventListener("click", async ({ target }) => {
    const button = closest(target, ".copy");
    if (!button) return;
    const code = button.closest("figure").querySelector("code");
    const copied = await navigator.clipboard.writeText(code.textContent).then(
      () => true,
      () => getSelection()?.selectAllChildren(code),
    );
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    find("#announcement").textContent = copied ? "Copied to the clipboard" : "Selected. Press Control C to copy.";
    setTimeout(() => (button.textContent = "Copy"), 2000);
    setTimeout(() => (find("#announcement").textContent = ""), 2000);
  });

  // The tab that is open stays open.
  document.addEventListener("click", (event) => {
    if (closest(event.target, ".tabs [open] > summary")) event.preventDefault();
  });

  const input = find(".search input");
  const panel = find(".results");
  const status = panel.querySelector("[role=status]");
  const list = panel.querySelector("ol");

  /** @type {Promise<(query: string) => any[]> | undefined} */
  let index;
  const loadIndex = () =>
    (index ??= new Promise((resolve, reject) => {
      const onerror = () => {
        index = undefined; // The next letter tries again.
        reject(new Error("search.js cannot be loaded"));
      };
      document.head.append(
        element("script", { src: new URL("search.js", home).href, onload: () => resolve(makeIndex()), onerror }),
      );
    }));

  /** @param {string} text @returns {string[]} */
  const wordsOf = (text) => text.match(/[\p{L}\p{N}_]+/gu) ?? [];

  function makeIndex() {
    const { MiniSearch, searchSections } = /** @type {any} */ (globalThis);
    /** A name such as messages_read_count or maxRetries is found whole and by its parts. @param {string} text */
    const partsOf = (text) =>
      wordsOf(text).flatMap((word) => [...new Set([word, ...word.split(/_|(?<=[a-z])(?=[A-Z])/)])]);
    const search = new MiniSearch({
      fields: ["title", "words", "text"],
      storeFields: ["title", "page", "text", "names", "kind"],
      tokenize: partsOf,
      searchOptions: {
        tokenize: wordsOf,
        boost: { title: 5, words: 5 },
        boostDocument: (/** @type {string} */ _, /** @type {string} */ __, /** @type {any} */ { kind }) =>
          WEIGHTS[kind],
        prefix: (/** @type {string} */ term) => term.length > 2,
        // A word that the docs have is not misspelt.
        fuzzy: (/** @type {string} */ term) => /^\p{L}{4,}$/u.test(term) && !known.has(term) && 0.34,
      },
    });
    search.addAll(searchSections);
    /** @type {Set<string>} */
    const known = new Set(
      searchSections.flatMap((/** @type {any} */ { title, words, text }) =>
        partsOf(`${title} ${words} ${text}`).map((word) => word.toLowerCase()),
      ),
    );
    /** The word that is meant by one with two letters in the wrong order. @param {string} word */
    const corrected = (word) =>
      known.has(word)
        ? word
        : (Array.from(word, (_, at) => word.replace(RegExp(`(?<=^.{${at}})(.)(.)`), "$2$1")).find((other) =>
            known.has(other),
          ) ?? word);
    return (/** @type {string} */ query) => {
      const words = wordsOf(query.toLowerCase()).map(corrected);
      const telling = words.filter((word) => !FILLERS.test(word));
      const text = (telling.length > 0 ? telling : words).join(" ");
      const all = search.search(text, { combineWith: "AND" });
      /** @param {any} result an exact name comes first */
      const rank = ({ names }) =>
        Number(names.includes(query)) +
        Number(names.some((/** @type {string} */ name) => name.toLowerCase() === query.toLowerCase()));
      return (all.length > 0 ? all : search.search(text)).sort(
        (/** @type {any} */ a, /** @type {any} */ b) => rank(b) - rank(a),
      );
    };
  }

  async function showResults() {
    const query = input.value.trim();
    panel.hidden = query === "";
    if (panel.hidden) return;
    if (!("searchSections" in globalThis)) status.textContent = "Loading the search…";
    try {
      const search = await loadIndex();
      if (query !== input.value.trim()) return; // The reader has typed on.
      const results = search(query);
      const count = results.length === 1 ? "1 result" : `${results.length} results`;
      status.textContent = results.length === 0 ? "No results. Try fewer or other words." : count;
      list.replaceChildren(...results.map(toItem));
    } catch {
      status.textContent = "The search could not be loaded. Check the connection, and type again.";
      list.replaceChildren();
    }
  }

  /** @param {{ id: string, title: string, page: string, text: string, terms: string[] }} result */
  function toItem({ id, title, page, text, terms }) {
    const found = terms.map((term) => text.toLowerCase().indexOf(term)).filter((at) => at >= 0);
    const start = found.length > 0 ? Math.max(0, Math.min(...found) - 40) : 0;
    const link = element("a", { href: new URL(id, home).href });
    link.append(
      element("strong", { textContent: title }),
      element("span", { textContent: page === title ? "" : page }),
      element("small", { textContent: (start > 0 ? "…" : "") + text.slice(start, start + SNIPPET_LENGTH) }),
    );
    const item = element("li", {});
    item.append(link);
    return item;
  }

  const close = () => (panel.hidden = true);

  input.addEventListener("focus", () => {
    loadIndex().catch(() => {});
    showResults();
  });
  input.addEventListener("input", showResults);
  list.addEventListener("click", close);
  for (const event of ["click", "focusin"])
    document.addEventListener(event, ({ target }) => closest(target, "search") ?? close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" ? !closest(event.target, "input") : event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      input.focus();
      input.select();
    }
    const links = [...list.querySelectorAll("a")];
    if (panel.hidden || !closest(document.activeElement, "search")) return;
    const at = links.findIndex((link) => link === document.activeElement);
    if (event.key === "Escape") {
      input.focus();
      close();
    } else if (event.key === "Enter" && at < 0) links[0]?.click();
    else if (event.key === "ArrowDown") links[at + 1]?.focus();
    else if (event.key === "ArrowUp") (links[at - 1] ?? input).focus();
    else return;
    event.preventDefault();
  });

  // The current place, in the list of contents and in the bar of a narrow screen.
  const contents = find("#contents");
  const places = [...(contents?.querySelectorAll("a") ?? [])].map((link) => ({
    link,
    heading: document.getElementById(link.hash.slice(1)),
  }));
  function markPlace() {
    const current = places.findLast(({ heading }) => (heading?.getBoundingClientRect().top ?? Infinity) < 140)?.link;
    for (const { link } of places) link.removeAttribute("aria-current");
    current?.setAttribute("aria-current", "location");
    find(".here span").textContent = current?.textContent ?? "";
  }
  if (contents) {
    document.addEventListener("scroll", markPlace, { passive: true });
    markPlace();
    contents.addEventListener("click", (/** @type {Event} */ { target }) => {
      if (closest(target, "a") && contents.matches(":popover-open")) contents.hidePopover();
    });
  }
}
