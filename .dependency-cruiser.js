const subpaths = "(oauth|testing|undici)";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "Imports run one way.",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-alone",
      severity: "error",
      comment: "The core, src/*.ts, does not know the subpaths, which build on it.",
      from: { path: "^src/[^/]+$" },
      to: { path: `^src/${subpaths}/` },
    },
    {
      name: "command-on-top",
      severity: "error",
      comment: "Nothing imports the command.",
      from: { pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "command-is-a-user",
      severity: "error",
      comment: "The command uses the package as its users do: through its entry points, and through what is generated.",
      from: { path: "^src/cli/" },
      to: { path: "^src/", pathNot: "^src/(cli/|index\\.ts$|(oauth|testing|undici)/index\\.ts$)" },
    },
    {
      name: "subpaths-apart",
      severity: "error",
      comment: "A subpath does not import another one; the command may import any.",
      from: { path: `^src/${subpaths}/` },
      to: { path: `^src/${subpaths}/`, pathNot: "^src/$1/" },
    },
    {
      name: "runs-anywhere",
      severity: "error",
      comment: "Only the command and the adapter for undici may need Node.",
      from: { path: "^src/", pathNot: "^src/(cli|undici)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "sources-alone",
      severity: "error",
      comment: "The package needs nothing of the repository but its generated files.",
      from: { path: "^src/" },
      to: { path: "^(scripts|test)/" },
    },
    {
      name: "one-dependency",
      severity: "error",
      comment: "The core needs openapi-fetch and nothing else. What the command needs of others is bundled into it.",
      from: { path: "^src/", pathNot: "^src/(cli|undici)/" },
      to: { path: "node_modules/", pathNot: "^node_modules/openapi-fetch/" },
    },
    {
      name: "scripts-share-in-one-place",
      severity: "error",
      comment: "What several scripts need is in scripts/common, which does not know them.",
      from: { path: "^scripts/common/" },
      to: { path: "^scripts/", pathNot: "^scripts/common/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^dist/", "^scripts/bench/", "^generated/.*\\.d\\.ts$"] },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
