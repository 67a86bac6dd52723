import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUIET } from '../cdktf/synth-process.js';
import { type Ended, type Running, start } from '../cli/process.js';

/** What `terraform validate -json` says, with the line that it points at. */
export interface Finding {
  readonly summary: string;
  readonly detail: string;
  /** The source line, trimmed; empty where it points nowhere. */
  readonly line: string;
}

/** A folder with one configuration and the real terraform on it. */
export interface TerraformFolder {
  readonly path: string;
  write(hcl: string): void;
  /** Writes a configuration that says itself where the provider comes from. */
  writeAlone(hcl: string): void;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Running;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** What validate finds. */
  validate(): Promise<Finding[]>;
  /** The text of every file, the state and saved plans among them. */
  everything(): string;
  remove(): void;
}

const REQUIRED = `terraform {
  required_providers {
    delinea = { source = "delinea-iac/delinea" }
  }
}
`;

/** @param env how the provider is found, and what else every run should see */
export function openTerraformFolder(env: NodeJS.ProcessEnv, overrides?: string): TerraformFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'terraform-')));
  const rc = join(path, 'cli.tfrc');
  const development = overrides ? `dev_overrides { "delinea-iac/delinea" = ${JSON.stringify(overrides)} }` : '';
  writeFileSync(rc, `provider_installation {\n  ${development}\n  direct {}\n}\n`);
  const main = join(path, 'main.tf');
  const folder: TerraformFolder = {
    path,
    write: (hcl) => folder.writeAlone(`${REQUIRED}${hcl}`),
    writeAlone: (hcl) => writeFileSync(main, hcl),
    start: (args, more = {}) =>
      start('terraform', args, path, { ...QUIET, TF_CLI_CONFIG_FILE: rc, NO_COLOR: '1', ...env, ...more }),
    run: (args, more) => folder.start(args, more).ended,
    async validate() {
      const { out, err } = await folder.run(['validate', '-json']);
      if (out === '') throw new Error(err);
      const { diagnostics } = JSON.parse(out) as {
        diagnostics: { summary: string; detail: string; range?: { start: { line: number } } }[];
      };
      const lines = readFileSync(main, 'utf8').split('\n');
      return diagnostics.map(({ summary, detail, range }) => ({
        summary,
        detail,
        line: range ? (lines[range.start.line - 1] ?? '').trim() : '',
      }));
    },
    everything: () =>
      readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((name) => statSync(name).isFile())
        .map((name) => readFileSync(name, 'latin1'))
        .join('\n'),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  return folder;
}
