import { resolve } from "node:path";

// The package is installed in the folder above.
export default { cacheComponents: true, partialPrefetching: true, turbopack: { root: resolve("..") } };
