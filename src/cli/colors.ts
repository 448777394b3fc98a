import { styleText } from "node:util";
import type { ProcessIO } from "./process-io.js";

type Style = "bold" | "red" | "green";

/** Styles text for a stream: not at all with `NO_COLOR` or `--no-color`, which sets it, nor where no terminal shows it. */
export function stylerFor({ isTTY }: { readonly isTTY?: boolean }, { env }: Pick<ProcessIO, "env">) {
  const isStyled = isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return (style: Style, text: string) => (isStyled ? styleText(style, text, { validateStream: false }) : text);
}
