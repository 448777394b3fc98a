// Lets a page run the suite.
import { run } from "./suite.js";

Object.assign(globalThis, { runSuite: run });
