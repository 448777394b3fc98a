// Read by TypeDoc in html.test.ts.
export const silent = 1;

/** Has a comment. */
export interface Spoken {
  /** Has a comment. */
  spoken: string;
  silentToo: string;
  silentMethod(): void;
}

/** Has a comment. */
export class Thing {
  constructor() {}

  get silentAccessor(): number {
    return 1;
  }

  silentMethod(): void {}
}

/** Has a comment. */
export type Options =
  | { silentOption: string }
  | {
      /** Has a comment. */
      spoken: string;
    };
