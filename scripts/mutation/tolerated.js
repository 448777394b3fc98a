// Changes of the spec that may pass unnoticed, each with its reason. A change that is noticed, or that no longer exists,
// must leave this list.

const IMPLIED = "its values are of this type already; the type stands there for readers";

/** @type {Record<string, string>} */
export const TOLERATED = {
  "remove /components/schemas/FulfillmentUserAssertionGrant/properties/grant_type/type": IMPLIED,
  "remove /components/schemas/Locale/type": IMPLIED,
  "remove /components/schemas/MultipleErrors/properties/error/properties/code/type": IMPLIED,
  "remove /components/schemas/ClientCredentialsGrant/properties/grant_type/type": IMPLIED,
};
