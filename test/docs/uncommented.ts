// Read by TypeDoc in html.test.ts.
export const silent = 1;

/** Has a comment. */
export interface Spoken {
  /** Has a comment. */
  spoken: string;
  silentToo: string;
}
