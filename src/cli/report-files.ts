import { checkReplaceable, replaceFile, unwritable } from '../embedded/index.js';

/** A file that a command writes beside its output. */
export interface ReportFile {
  /** The option that names the file. */
  readonly option: string;
  readonly path: string | undefined;
  /** Name of the content, for messages. */
  readonly what: string;
  /** Returns whether a text is a report of this form; a file with another content is never replaced. */
  readonly isOwn: (text: string) => boolean;
}

/** Refuses to replace files that are not reports, before anything is read. @throws DelineaError */
export function checkReportFiles(files: readonly ReportFile[]): void {
  for (const { option, path, what, isOwn } of files) {
    if (path === undefined) continue;
    try {
      checkReplaceable(path, what, isOwn);
    } catch (error) {
      throw unwritable(path, what, error, option);
    }
  }
}

/** Writes a report to the file that an option names, if it names one. @throws DelineaError */
export async function writeReportFile({ option, path, what }: ReportFile, text: string): Promise<void> {
  if (path === undefined) return;
  await replaceFile(path, text, what).catch((error: unknown) => {
    throw unwritable(path, what, error, option);
  });
}
