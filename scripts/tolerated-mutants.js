// Changes of the description that nothing needs to notice, each with the reason. One that is noticed after all, or that
// is gone, must leave this list.

/** @type {Record<string, string>} */
export const TOLERATED = {};
