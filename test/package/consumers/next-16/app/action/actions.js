"use server";

import { chat } from "../chat";

export async function markOrder() {
  return await chat.markMessagesAsRead("order-of-the-action");
}
