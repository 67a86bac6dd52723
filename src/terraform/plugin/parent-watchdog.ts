const INTERVAL_MS = 250;

/**
 * Calls `onOrphaned` once the parent process has ended, which shows as a new parent id. A killed Terraform sends nothing,
 * and its sockets just stay silent.
 */
export function watchParent(onOrphaned: () => void, parentId = () => process.ppid): void {
  const first = parentId();
  const timer = setInterval(() => {
    if (parentId() === first) return;
    clearInterval(timer);
    onOrphaned();
  }, INTERVAL_MS);
  timer.unref();
}
