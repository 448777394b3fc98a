// Changes of the description that nothing needs to notice, each with the reason. One that is noticed after all, or that
// is gone, must leave this list.

const IMPLIED = "its values are of this type already; the type stands there for readers";

/** @type {Record<string, string>} */
export const TOLERATED = {
  "remove /components/schemas/FulfillmentUserAssertionGrant/properties/grant_type/type": IMPLIED,
  "remove /components/schemas/Locale/type": IMPLIED,
  "remove /components/schemas/ClientCredentialsGrant/properties/grant_type/type": IMPLIED,
};
