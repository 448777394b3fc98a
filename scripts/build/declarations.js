// The declarations of the package, from src/.
import { dts } from "rolldown-plugin-dts";

/**
 * Plugins that bundle declarations, as oxc writes them: twenty times as fast as the compiler, which has to know every type.
 * So what is exported must have its types written down.
 *
 * @returns {import("rolldown").RolldownPluginOption[]}
 */
export function declarations() {
  return [dts({ emitDtsOnly: true, oxc: true }), alignedComments];
}

/**
 * oxc leaves out the space before the star of each line of a comment.
 *
 * @type {import("rolldown").Plugin}
 */
const alignedComments = {
  name: "aligned-comments",
  renderChunk: (code) => ({ code: code.replace(/^( *)(?=\*)/gm, "$1 "), map: null }),
};
