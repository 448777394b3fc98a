// Makes one measurement in a process of its own, which in-child.js starts.
process.on("disconnect", () => process.exit());
const [, , name, project] = process.argv;
const message = await import(`./${name}.js`)
  .then(async ({ measure }) => ({ result: await measure(project) }))
  .catch((error) => ({ problem: error.message }));
process.send?.(message, () => process.exit()); // Connections that are kept would keep the process.
