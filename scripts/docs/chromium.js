// Chromium is no npm package; Linux distributions have it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** @returns {Promise<string>} the program @throws when there is none */
export async function findChromium() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
  if (!found) throw new Error(`Chromium is missing: none of ${NAMES.join(", ")} is on the PATH`);
  return found;
}

/** @param {string} program @param {import("playwright-core").LaunchOptions} [options] */
export function launchChromium(program, options) {
  const args = ["--disable-gpu", "--disable-background-networking"];
  return chromium.launch({ ...options, executablePath: program, args });
}
