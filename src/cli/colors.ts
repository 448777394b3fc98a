import { styleText } from "node:util";
import type { ProcessIO } from "./process-io.js";

type Style = "bold" | "red" | "green";

/** Styles text, but only on a terminal, and never with `NO_COLOR` or with `--no-color`, which sets it. */
export function stylerFor({ isTTY }: { readonly isTTY?: boolean }, { env }: Pick<ProcessIO, "env">) {
  const isStyled = isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return (style: Style, text: string) => (isStyled ? styleText(style, text, { validateStream: false }) : text);
}
