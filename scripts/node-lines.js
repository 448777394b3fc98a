// The Node lines that the package supports. The npm registry has Node itself, one package for each platform.
import { installProgram } from "./npm-programs.js";

export const NODE_LINES = ["20", "22", "24", "26"];

/**
 * @param {string} folder
 * @param {string} version a line, for its newest version, or a whole version
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} its binary
 */
export function installNode(folder, version, signal) {
  return installProgram(folder, `node-${process.platform}-${process.arch}`, version, "bin/node", signal);
}
