// What a terminal obeys, reorders or hides: control, format, private and unassigned characters, lone surrogates, line and
// paragraph separators, every space but the common one, and what Unicode calls default ignorable.
const DECEPTIVE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** Makes visible what could deceive whoever reads a text on a terminal: each such character becomes its `\u` escape. */
export function safeText(text: string): string {
  return text.replace(DECEPTIVE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** One line of JSON that means the same and is safe to show on a terminal. */
export function safeJson(value: unknown): string {
  return safeText(JSON.stringify(value)); // Outside its strings, JSON without indents has nothing to escape.
}
