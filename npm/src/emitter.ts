/** Listeners by name. */

type Listeners = { [name: string]: (...args: never[]) => void };

/** Calls listeners; one that throws neither stops the others nor the caller. */
export class Emitter<L extends { [K in keyof L]: (...args: never[]) => void }> {
  #listeners = new Map<keyof L, Set<(...args: never[]) => void>>();

  on<K extends keyof L>(name: K, listener: L[K]): () => void {
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, (listeners = new Set()));
    // Wrapped, so that the same function can listen twice and end once each.
    const own = (...args: never[]) => listener(...args);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  has(name: keyof L): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<K extends keyof L>(name: K, ...args: Parameters<L[K]>): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as Listeners[string])(...(args as never[]));
      } catch (error) {
        // Shown like any uncaught error, but not in the middle of our work.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
