import { Command } from "commander";
import type { ProcessIO } from "../process-io.js";

/** `instacart-chat mark-read` */
export function markReadCommand(_io: ProcessIO): Command {
  return new Command("mark-read").summary("mark the shopper's messages about orders as read");
}
