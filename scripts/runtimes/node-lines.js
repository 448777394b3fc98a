// The supported Node lines. The npm registry has Node itself, one package for each platform.
import { installBinary } from "./npm-binaries.js";

export const NODE_LINES = ["20", "22", "24", "26"];

/**
 * @param {string} folder
 * @param {string} version a line, which means its newest version, or an exact version
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the path of its binary
 */
export function installNode(folder, version, signal) {
  return installBinary(folder, `node-${process.platform}-${process.arch}`, version, "bin/node", signal);
}
