// Lints the packed spec with Spectral, by the rules for OpenAPI or those of OWASP. What a rule may report is listed here with
// its reason; anything else fails, and so does a reason that is no longer needed.
import assert from "node:assert/strict";
import { Spectral } from "@stoplight/spectral-core";
import { oas } from "@stoplight/spectral-rulesets";
import { spec } from "../../../support/spec.js";

const UNKNOWN_LIMITS =
  "the documentation has no limits of lengths and sizes; made-up ones would reject valid responses";
const NO_BODY = "no page documents a header or a body of this status";

const RULESETS = {
  spectral: { ruleset: async () => oas, reasons: {} },
  owasp: {
    ruleset: async () => (await import("@stoplight/spectral-owasp-ruleset")).default,
    reasons: {
      "owasp:api2:2023-write-restricted": "a token request needs no access token; its credentials are in the body",
      "owasp:api4:2023-array-limit": UNKNOWN_LIMITS,
      "owasp:api4:2023-integer-format": "the code of multiple errors is a constant",
      "owasp:api4:2023-integer-limit": UNKNOWN_LIMITS,
      "owasp:api4:2023-rate-limit": NO_BODY,
      "owasp:api4:2023-rate-limit-responses-429": NO_BODY,
      "owasp:api4:2023-string-limit": UNKNOWN_LIMITS,
      "owasp:api4:2023-string-restricted": "the documentation does not say what ids, tokens and messages are made of",
      "owasp:api8:2023-define-error-responses-500": NO_BODY,
      "owasp:api9:2023-inventory-access": "the servers are the vendor's; their audience is not ours to declare",
      "owasp:api9:2023-inventory-environment": "the documentation calls the server one for development",
    },
  },
};

const { ruleset, reasons } = RULESETS[process.argv[2]];
const spectral = new Spectral();
spectral.setRuleset({ extends: [await ruleset()] });
const results = await spectral.run(JSON.stringify(spec));

const reported = [...new Set(results.map(({ code }) => code))].sort();
for (const code of reported) console.log(`${code}: ${reasons[code] ?? "not expected"}`);
assert.deepEqual(reported, Object.keys(reasons).sort());
