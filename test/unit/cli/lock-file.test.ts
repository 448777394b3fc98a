import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lockFile } from "../../../src/cli/lock-file.js";

const hasLinks = vi.hoisted(() => ({ value: true }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const linkSync = (...paths: Parameters<typeof fs.linkSync>) => {
    if (!hasLinks.value) throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    fs.linkSync(...paths);
  };
  return { ...fs, linkSync };
});

let [folder, file, lock] = ["", "", ""];
beforeEach(() => {
  hasLinks.value = true;
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, "results");
  lock = `${file}.lock`;
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("names the process, its start and its host, keeps others out until it is unlocked, and leaves nothing", () => {
  const unlock = lockFile(file);
  const start = existsSync("/proc/self/stat")
    ? /^.*\) \S(?: \S+){18} (\d+)/s.exec(readFileSync("/proc/self/stat", "utf8"))?.[1]
    : "-";
  expect(readFileSync(lock, "utf8")).toBe(`${process.pid} ${start} ${hostname()}\n`);
  expect([lockFile(file), readdirSync(folder)]).toEqual([undefined, ["results.lock"]]);
  unlock?.();
  expect(readdirSync(folder)).toEqual([]);
});

test("needs no links, which some file systems do not have", () => {
  hasLinks.value = false; // Until the next test.
  const unlock = lockFile(file);
  expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
  expect([lockFile(file), readdirSync(folder)]).toEqual([undefined, ["results.lock"]]);
  unlock?.();
});

test("is removed when the process exits, and by hand; then unlocking does nothing", () => {
  const before = process.listeners("exit");
  const unlock = lockFile(file);
  const added = process.listeners("exit").filter((listener) => !before.includes(listener));
  for (const listener of [...added, ...added]) listener(0);
  expect([added.length, existsSync(lock)]).toEqual([1, false]);
  unlock?.();
  expect(process.listeners("exit")).toEqual(before);
});

test.each([
  ["of a process that is gone", "4194300 1\n"],
  ["of a process whose id another one has by now", `${process.pid} 1\n`],
  ["that a power cut left empty", ""],
])("%s is replaced", (_, content) => {
  writeFileSync(lock, content);
  const unlock = lockFile(file);
  expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
  expect(readdirSync(folder)).toEqual(["results.lock"]);
  unlock?.();
});

test("is held if it is another host's, such as a container's, or no file; nothing is left behind", () => {
  for (const make of [() => writeFileSync(lock, "1 1 another-host\n"), () => mkdirSync(lock)]) {
    make();
    expect([lockFile(file), readdirSync(folder)]).toEqual([undefined, ["results.lock"]]);
    rmSync(lock, { recursive: true });
  }
});

test.each([
  ["EPERM", true],
  ["ESRCH", false],
])("a process that a signal meets with %s holds its lock: %s", (code, isHeld) => {
  const unlock = lockFile(file);
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
  const other = lockFile(file);
  expect(other === undefined).toBe(isHeld);
  for (const end of [other, unlock]) end?.();
});
