import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Makes sure that only one process uses a file, by a file beside it that names the process and its host. The lock of a
 * process that is gone is replaced, but not that of another host, such as a container: its processes cannot be seen here.
 *
 * @returns a function that unlocks, or `undefined` if another process holds the lock
 */
export function lockFile(path: string): (() => void) | undefined {
  const lock = `${path}.lock`;
  const own = `${lock}.${process.pid}`; // Linked once it is written, so that nobody reads a lock without content.
  writeFileSync(own, `${process.pid} ${startOf(process.pid)} ${hostname()}\n`);
  try {
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        createLock(own, lock);
        const unlock = () => rmSync(lock, { force: true });
        process.once("exit", unlock);
        return () => {
          process.off("exit", unlock);
          unlock();
        };
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      if (isHeld(lock)) return undefined;
      removeStale(lock, `${own}.stale`);
    }
    return undefined;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @throws an error with the code EEXIST if there is a lock */
function createLock(own: string, lock: string): void {
  try {
    linkSync(own, lock);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    copyFileSync(own, lock, constants.COPYFILE_EXCL); // FAT, for one, has no links, so the lock is empty for a moment.
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function removeStale(lock: string, moved: string): void {
  try {
    renameSync(lock, moved);
    if (isHeld(moved)) createLock(moved, lock); // Another process has replaced it in the meantime.
  } catch {
    // Another process has removed it.
  } finally {
    rmSync(moved, { force: true });
  }
}

function isHeld(lock: string): boolean {
  try {
    const [pid, start, host = hostname()] = readFileSync(lock, "utf8").trim().split(" ");
    if (host !== hostname()) return true;
    // With another start, the id belongs to another process by now.
    return isAlive(Number(pid)) && startOf(Number(pid)) === start;
  } catch (error) {
    return codeOf(error) !== "ENOENT"; // It may be another user's, or no file.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** When a process started, as Linux tells it; elsewhere the same for all. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "-"; // proc(5): field 22, starttime.
  } catch {
    return "-";
  }
}
