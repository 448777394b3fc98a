import * as fs from "node:fs";
import { UsageError } from "../exit-status.js";
import { lockFile } from "../lock-file.js";
import { readLines } from "../read-lines.js";
import { errorMessage, plural, safeText } from "../text.js";
import { orderKey } from "./order.js";
import { parseJson, readResult, type Result } from "./result.js";

const OWN_BEGINNING = '{"order_id":"';
const MAX_NAMED_LINES = 3;

/** What the results of earlier runs say, by order and user. */
export type EarlierResults = ReadonlyMap<string, Pick<Result, "isDone" | "mayBeMarked">>;

/** Reads a file of results. @throws UsageError if it is not a regular file, or holds something else */
export async function readResults(path: string) {
  const results = new Map<string, Pick<Result, "isDone" | "mayBeMarked">>();
  const broken: number[] = [];
  let [cutAt, isOpen]: [number | undefined, boolean] = [undefined, false];
  const lines = exists(path) ? readLines(fs.createReadStream(path)) : [];
  for await (const { number, text, start, isTerminated } of lines) {
    const value = parseJson(text);
    const result = readResult(value);
    isOpen = !isTerminated;
    if (result) {
      const { isDone = false, mayBeMarked = false } = results.get(orderKey(result)) ?? {};
      results.set(orderKey(result), {
        isDone: isDone || result.isDone,
        mayBeMarked: mayBeMarked || result.mayBeMarked,
      });
    } else if (isOpen && value === undefined && (results.size > 0 || (number === 1 && text.startsWith(OWN_BEGINNING))))
      cutAt = start;
    else if (text.trim() !== "") broken.push(number);
  }
  if (results.size === 0 && broken.length > 0)
    throw new UsageError(
      `--results ${safeText(path)} holds no results (line ${broken[0]}); name a new file, or one of an earlier run`,
    );
  const notes: string[] = [];
  const named = broken.slice(0, MAX_NAMED_LINES).join(", ") + (broken.length > MAX_NAMED_LINES ? ", …" : "");
  if (broken.length > 0) notes.push(`ignoring ${plural(broken.length, "line")} without a result (${named})`);
  if (cutAt !== undefined) notes.push("removed a last line that was cut off");
  return { results, notes, cutAt, lacksLineBreak: isOpen && cutAt === undefined };
}

/** @throws UsageError if there is something other than a regular file */
function exists(path: string): boolean {
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) throw new UsageError(`--results ${safeText(path)} is not a regular file`);
  return stats !== undefined;
}

/** The file of a run's results, which also says what need not be sent again. Only one run at a time uses it. */
export class Journal {
  readonly results: EarlierResults;
  /** What the operator should know about the file. */
  readonly notes: readonly string[];
  readonly #fd: number;
  readonly #unlock: () => void;

  private constructor(results: EarlierResults, notes: readonly string[], fd: number, unlock: () => void) {
    [this.results, this.notes, this.#fd, this.#unlock] = [results, notes, fd, unlock];
  }

  /** @throws UsageError if the file cannot be used */
  static async open(path: string): Promise<Journal> {
    let fd: number | undefined;
    let unlock: (() => void) | undefined;
    try {
      exists(path);
      fd = fs.openSync(path, "a+");
      const file = fs.realpathSync(path);
      unlock = lockFile(file);
      if (!unlock) throw new UsageError(`another run uses it; if none does, remove ${safeText(file)}.lock`);
      const { results, notes, cutAt, lacksLineBreak } = await readResults(path);
      if (cutAt !== undefined) fs.ftruncateSync(fd, cutAt);
      if (lacksLineBreak) fs.writeSync(fd, "\n");
      return new Journal(results, notes, fd, unlock);
    } catch (error) {
      if (fd !== undefined) fs.closeSync(fd);
      unlock?.();
      if (error instanceof UsageError && error.message.startsWith("--results")) throw error;
      throw new UsageError(`--results ${safeText(path)}: ${errorMessage(error)}`);
    }
  }

  /** Appends a line as a whole, or else nothing. Returns an error of the system, such as ENOSPC. */
  append(line: string): NodeJS.ErrnoException | undefined {
    const bytes = Buffer.from(line);
    let written = 0;
    try {
      while (written < bytes.length) written += fs.writeSync(this.#fd, bytes, written);
      return undefined;
    } catch (error) {
      try {
        fs.ftruncateSync(this.#fd, fs.fstatSync(this.#fd).size - written);
      } catch {
        // Whatever broke the write may break this, too. The next run removes a line that was cut off.
      }
      return error as NodeJS.ErrnoException;
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
    this.#unlock();
  }
}
