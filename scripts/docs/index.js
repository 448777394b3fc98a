// Writes docs/index.html: the description as one page that needs nothing beside it, not even a network.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSpec } from "../shared/bundle-spec.js";
import { fail, rejectArguments } from "../shared/fail.js";
import { docsPage, docsTemplate, redoclyConfig } from "../shared/paths.js";
import { redocly } from "../shared/redocly.js";
import { operationsOf } from "../shared/spec-queries.js";

// Redoc's mark in the sidebar, wide and narrow, is the one thing that the page would load from elsewhere.
const MARK = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;
const OWN_MARK = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="16"><text y="12" font-family="sans-serif" font-size="12" fill="#06c">Redoc</text></svg>',
)}`;

rejectArguments("docs");
try {
  await buildPage(await bundleSpec());
  const page = withOwnMark(await readFile(docsPage, "utf8"));
  await writeFile(docsPage, page);
  console.log(`docs: wrote docs/index.html, ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB in one page`);
} catch (error) {
  fail("docs", error);
}

/**
 * Redoc hides operations that have tags until a reader unfolds the tag. There are not so many here.
 *
 * @param {import("../shared/spec-queries.js").Spec} document
 */
function withoutTags({ paths, ...document }) {
  const entries = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([method, { tags, ...operation }]) => [method, operation]);
    return [path, Object.fromEntries(operations)];
  });
  return { ...document, tags: [], paths: Object.fromEntries(entries) };
}

/**
 * Beside an operation there are its own code samples to choose from, and the examples of its request's body; Redoc shows
 * no sample in a language that is not named. Schemas and examples are all unfolded, since they are small.
 *
 * @param {import("../shared/spec-queries.js").Spec} document
 */
function options(document) {
  const samples = operationsOf(document).flatMap((operation) => operation["x-codeSamples"]);
  const labels = new Set(samples.map(({ lang, label = lang }) => label));
  const languages = [...labels, "Payload"].map((lang) => ({ lang }));
  return { codeSamples: { languages }, jsonSamplesExpandLevel: "all", schemasExpansionLevel: "all" };
}

/** @param {import("../shared/spec-queries.js").Spec} document */
async function buildPage(document) {
  const folder = await mkdtemp(join(tmpdir(), "docs-"));
  try {
    const file = join(folder, "openapi.json");
    await writeFile(file, JSON.stringify(withoutTags(document)));
    const { exitCode, stderr } = await redocly([
      "build-docs",
      file,
      "--config",
      redoclyConfig,
      "--inlineBundle",
      "--template",
      docsTemplate,
      `--templateOptions.summary=${document.info.summary}`,
      `--openapi=${JSON.stringify(options(document))}`,
      "--output",
      docsPage,
    ]);
    if (exitCode !== 0) throw new Error(`Redocly cannot build the page\n${stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} page */
function withOwnMark(page) {
  const found = page.match(MARK)?.length ?? 0;
  if (found !== 2) throw new Error(`Redoc's mark stands in the page ${found} times, not twice; see what became of it`);
  return page.replace(MARK, () => OWN_MARK);
}
