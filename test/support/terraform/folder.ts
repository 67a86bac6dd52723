import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUIET } from '../cdktf/synth-process.js';
import { type ProcessResult, type RunningProcess, start } from '../cli/process.js';

/** A diagnostic of `terraform validate -json` with its source line. */
export interface Finding {
  readonly summary: string;
  readonly detail: string;
  /** The source line, trimmed; empty when the diagnostic has no position. */
  readonly line: string;
}

/** A folder with one configuration, on which the real terraform runs. */
export interface TerraformFolder {
  readonly path: string;
  write(hcl: string): void;
  /** Writes a configuration that has its own `required_providers`. */
  writeAlone(hcl: string): void;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): RunningProcess;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProcessResult>;
  /** Runs `terraform validate` and returns its diagnostics. */
  validate(): Promise<Finding[]>;
  /** Returns the text of every file, state and saved plans included. */
  everything(): string;
  remove(): void;
}

const REQUIRED = `terraform {
  required_providers {
    delinea = { source = "delinea-iac/delinea" }
  }
}
`;

/** @param env environment of every run, through which Terraform finds the provider */
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
