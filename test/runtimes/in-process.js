// Runs the suite in Node, Bun or Deno. The one argument is what the suite needs to know, as JSON; so is what it prints.
import { run } from "./suite.js";

const results = await run(JSON.parse(String(process.argv[2])));
console.log(JSON.stringify(results));
