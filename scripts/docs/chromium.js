// Chromium is no npm package; Linux distributions have it.
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * @returns {Promise<string>} the program
 * @throws when there is none
 */
export async function findChromium() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const file of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  throw new Error(`Chromium is missing: none of ${NAMES.join(", ")} is on the PATH`);
}

/**
 * @param {string} program
 * @param {import("playwright-core").LaunchOptions} [options]
 */
export function launchChromium(program, options) {
  return chromium.launch({
    ...options,
    executablePath: program,
    args: ["--disable-gpu", "--disable-background-networking"],
  });
}
