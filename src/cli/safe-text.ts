// What a terminal interprets, reorders or hides: control, format, private and unassigned characters, lone surrogates,
// line and paragraph separators, every space but U+0020, and what Unicode calls default ignorable.
const DECEPTIVE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** Replaces each character that could mislead someone reading a terminal with its `\u` escape. */
export function safeText(text: string): string {
  return text.replace(DECEPTIVE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** One line of JSON that is safe to show on a terminal and parses to the same value. */
export function safeJson(value: unknown): string {
  return safeText(JSON.stringify(value)); // Compact JSON has nothing to escape outside its strings.
}
