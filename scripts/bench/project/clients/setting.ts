/** What a client is made for. */
export interface Setting {
  baseUrl: string;
  accessToken: string;
  /** Absent where a client is to send as it does by itself. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** Marks an order's messages as read, and gives how many those were. */
export type Call = (orderId: string) => Promise<number>;
