import { checkReplaceable, replaceFile, unwritable } from '../embedded/index.js';
import { isAccessPage, isJunit, isSarif, type Report, reportJunit, reportSarif } from '../review/index.js';
import { readCodePlaces } from './code-files.js';

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

/** The options of the forms that a command writes to files. */
export interface ReportOptions {
  /** File for an HTML page. */
  readonly html?: string;
  readonly sarif?: string;
  readonly junit?: string;
  /** Folder of the code, for the places in SARIF. */
  readonly source?: string;
}

/** Writes the forms that the options name. */
export interface ReportForms {
  /** @param page makes the HTML page @param report makes the report for the other forms. @throws DelineaError */
  write(page: () => Promise<string>, report: () => Report): Promise<void>;
}

/**
 * Checks the files that the options name, and reads the code for the places in SARIF, before anything else is read.
 * @param examined the file that the command examines
 * @throws DelineaError
 */
export function openReportForms({ html, sarif, junit, source }: ReportOptions, examined: string): ReportForms {
  const files = {
    html: { option: '--html', path: html, what: 'page', isOwn: isAccessPage },
    sarif: { option: '--sarif', path: sarif, what: 'SARIF report', isOwn: isSarif },
    junit: { option: '--junit', path: junit, what: 'JUnit report', isOwn: isJunit },
  };
  checkReportFiles(Object.values(files));
  const placeOf = sarif === undefined ? undefined : readCodePlaces(source, examined);
  return {
    async write(page, report) {
      if (html !== undefined) await writeReportFile(files.html, await page());
      if (!placeOf && junit === undefined) return;
      const made = report();
      if (placeOf) await writeReportFile(files.sarif, reportSarif(made, placeOf));
      await writeReportFile(files.junit, reportJunit(made));
    },
  };
}
