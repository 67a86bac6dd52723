import { createHash } from 'node:crypto';
import { visible, visibleJson } from '../../provider/index.js';
import type { Report, ReportFinding } from './report.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** A place in a file of the repository. */
export interface SourcePlace {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string;
  /** Counted from 1; unset: the file as a whole. */
  readonly line?: number | undefined;
}

/** Returns a report in SARIF 2.1.0. @param placeOf finds the code of an address, or else the file that was examined */
export function reportSarif(report: Report, placeOf: (address: string | undefined) => SourcePlace): string {
  const { command, tenant, rules, findings } = report;
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const groups = new Map(rules.map(({ id, group }) => [id, group]));
  const sarif = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'delinea-iac',
            rules: rules.map(({ id, level, title, help }) => ({
              id,
              shortDescription: { text: messageText(title) },
              fullDescription: { text: messageText(help) },
              help: { text: messageText(help) },
              defaultConfiguration: { level },
              properties: { tags: ['security', 'access'] },
            })),
          },
        },
        automationDetails: { id: `delinea-iac/${command}/${visible(tenant)}` },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: !findings.some(({ rule }) => groups.get(rule) === 'reads') }],
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: indexes.get(finding.rule),
          level: finding.level,
          message: { text: messageText(finding.message) },
          locations: [location(finding, placeOf)],
          partialFingerprints: { 'delineaFinding/v1': fingerprint(report, finding) },
        })),
      },
    ],
  };
  return `${visibleJson(JSON.stringify(sarif, null, 2))}\n`;
}

/** Returns whether a text is a SARIF file of this program. */
export function isSarif(text: string): boolean {
  try {
    return JSON.parse(text).runs[0].tool.driver.name === 'delinea-iac';
  } catch {
    return false;
  }
}

/** Escapes what SARIF reads in a message: links in Markdown, and places for arguments in braces. */
function messageText(text: string): string {
  return text.replace(/\](?=\()/g, '\\]').replace(/[{}]/g, '$&$&');
}

function location({ address }: ReportFinding, placeOf: (address: string | undefined) => SourcePlace) {
  const { path, line } = placeOf(address);
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
      ...(line === undefined ? {} : { region: { startLine: line } }),
    },
    ...(address === undefined
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: visible(address), kind: 'resource' }] }),
  };
}

/** Returns a text that is equal for the same finding in every run, wherever its code is. */
function fingerprint({ command, tenant }: Report, { rule, key }: ReportFinding): string {
  return createHash('sha256')
    .update(JSON.stringify([command, tenant, rule, key]))
    .digest('hex');
}
