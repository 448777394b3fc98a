/** What is to be called when a signal aborts. It is its own listener on the signal. */
class Callbacks extends Set<() => void> implements EventListenerObject {
  handleEvent(): void {
    for (const callback of [...this]) callback();
  }
}

const callbacksOf = new WeakMap<AbortSignal, Callbacks>();

/**
 * Calls back when a signal aborts. However many calls share a signal, it has one listener, since Node 20 warns of more
 * than ten, and none when nobody waits any more.
 *
 * @returns what ends this
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (!signal) return () => {};
  const callbacks = callbacksOf.get(signal) ?? new Callbacks();
  callbacksOf.set(signal, callbacks);
  callbacks.add(callback);
  signal.addEventListener("abort", callbacks); // Changes nothing when it is there already.
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) signal.removeEventListener("abort", callbacks);
  };
}
