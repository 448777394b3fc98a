import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  realpathSync,
  statSync,
  writeSync,
} from "node:fs";
import { lockFile } from "../lock-file.js";
import { readLines } from "../read-lines.js";
import { errorMessage, plural, safeText } from "../text.js";
import { UsageError } from "../usage-error.js";
import { orderKey } from "../scheduler/order.js";
import { parseJson, readResult, type Result } from "./result.js";

const OWN_BEGINNING = '{"order_id":"';
const MAX_NAMED_LINES = 3;

/** What a file of results says about an order. */
export type EarlierResult = Pick<Result, "isDone" | "mayBeMarked">;

/** What a file of results holds. */
interface Results {
  /** By order and user. */
  readonly results: ReadonlyMap<string, EarlierResult>;
  /** The numbers of lines that are not results. */
  readonly broken: readonly number[];
  /** Where a last line begins that was cut off. */
  readonly cutAt: number | undefined;
  /** Whether a line break is missing at the end. */
  readonly isOpen: boolean;
}

/**
 * Reads a file of results. One that does not exist holds none.
 *
 * @throws UsageError if it is not a regular file, or holds something else
 */
export async function readResults(path: string): Promise<Results> {
  const results = new Map<string, EarlierResult>();
  const broken: number[] = [];
  let [cutAt, isOpen]: [number | undefined, boolean] = [undefined, false];
  for await (const { number, text, start, isTerminated } of exists(path) ? readLines(createReadStream(path)) : []) {
    const value = parseJson(text);
    const result = readResult(value);
    isOpen = !isTerminated;
    if (result) {
      const key = orderKey(result.orderId, result.userId);
      const known = results.get(key) ?? { isDone: false, mayBeMarked: false };
      const { isDone, mayBeMarked } = result;
      results.set(key, { isDone: known.isDone || isDone, mayBeMarked: known.mayBeMarked || mayBeMarked });
    } else if (isOpen && value === undefined && (results.size > 0 || (number === 1 && text.startsWith(OWN_BEGINNING))))
      cutAt = start;
    else if (text.trim() !== "") broken.push(number);
  }
  if (results.size === 0 && broken.length > 0)
    throw new UsageError(
      `--results ${safeText(path)} holds no results (line ${broken[0]}); name a new file, or one of an earlier run`,
    );
  return { results, broken, cutAt, isOpen };
}

/** @throws UsageError if there is something other than a regular file */
function exists(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) throw new UsageError(`--results ${safeText(path)} is not a regular file`);
  return stats !== undefined;
}

/** The file of a run's results, which also says what need not be sent again. Only one run at a time uses it. */
export class Journal {
  readonly results: ReadonlyMap<string, EarlierResult>;
  /** What the operator should know about the file. */
  readonly notes: readonly string[];
  readonly #fd: number;
  readonly #unlock: () => void;

  private constructor(fd: number, unlock: () => void, { results, broken, cutAt, isOpen }: Results) {
    this.#fd = fd;
    this.#unlock = unlock;
    this.results = results;
    const named = broken.slice(0, MAX_NAMED_LINES).join(", ") + (broken.length > MAX_NAMED_LINES ? ", …" : "");
    this.notes = [
      ...(broken.length > 0 ? [`ignoring ${plural(broken.length, "line")} without a result (${named})`] : []),
      ...(cutAt === undefined ? [] : ["removed a last line that was cut off"]),
    ];
    if (cutAt !== undefined) ftruncateSync(fd, cutAt);
    if (isOpen && cutAt === undefined) this.append("\n");
  }

  /** @throws UsageError if the file cannot be used */
  static async open(path: string): Promise<Journal> {
    let fd: number | undefined;
    let unlock: (() => void) | undefined;
    try {
      exists(path);
      fd = openSync(path, "a+");
      const file = realpathSync(path);
      unlock = lockFile(file);
      if (!unlock) throw new UsageError(`another run uses it; if none does, remove ${safeText(file)}.lock`);
      return new Journal(fd, unlock, await readResults(path));
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      unlock?.();
      if (error instanceof UsageError && error.message.startsWith("--results")) throw error;
      throw new UsageError(`--results ${safeText(path)}: ${errorMessage(error)}`);
    }
  }

  /** Appends a line as a whole, or else nothing. @throws an error of the system, such as ENOSPC */
  append(line: string): void {
    const bytes = Buffer.from(line);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written);
    } catch (error) {
      ftruncateSync(this.#fd, fstatSync(this.#fd).size - written);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
    this.#unlock();
  }
}
