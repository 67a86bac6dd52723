const LOOK_MS = 250;

/**
 * Watches whether the process that started this one still lives: an orphan belongs to another parent. Terraform that is
 * killed can tell nobody, and leaves no other sign than a silent socket.
 */
export function watchParent(orphaned: () => void, parent = () => process.ppid): void {
  const first = parent();
  const timer = setInterval(() => {
    if (parent() === first) return;
    clearInterval(timer);
    orphaned();
  }, LOOK_MS);
  timer.unref();
}
