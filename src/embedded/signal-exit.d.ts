/** The part of signal-exit that is used here; version 3, which proper-lockfile brings, has no types. */
declare module 'signal-exit' {
  /** Calls back when the process ends, also by a signal that nothing else handles. @returns a function that removes the callback */
  export default function onExit(callback: () => void): () => void;
}
