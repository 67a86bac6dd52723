import * as z from 'zod';
import {
  camelKeys,
  DelineaError,
  jsonFileExcess,
  kindOf,
  resources,
  type StateResource,
  snakeCase,
  validationMessage,
} from '../provider/index.js';
import { jsonFault } from './json-fault.js';

const resource = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  provider_name: z.string(),
  values: z.record(z.string(), z.unknown()),
});

interface Module {
  readonly resources?: readonly z.infer<typeof resource>[] | undefined;
  readonly child_modules?: readonly Module[] | undefined;
}

const module: z.ZodType<Module> = z.object({
  resources: z.array(resource).optional(),
  child_modules: z.array(z.lazy(() => module)).optional(),
});

const state = z.object({
  format_version: z.string().regex(/^1\./),
  values: z.object({ root_module: module }),
});

const HINT = 'Create the file with: terraform show -json > state.json';

/**
 * Reads the delinea resources from the output of `terraform show -json`.
 * @param path of the file, for messages
 * @throws DelineaError `stack_invalid` for any other text, `unsupported` for addresses that only Terraform supports
 */
export function readTerraformState(text: string, path: string): StateResource[] {
  const json = parse(text, path);
  const parsed = state.safeParse(json);
  if (!parsed.success) throw invalid(path, likelyMistake(json) ?? faultOf(parsed.error));
  const found = all(parsed.data.values.root_module).filter(
    ({ mode, type, provider_name }) => mode === 'managed' && isDelinea(type, provider_name),
  );
  if (found.length === 0) throw invalid(path, 'it does not contain a delinea resource');
  return found.map(readEntry);
}

function readEntry({ address, type, values: written }: z.infer<typeof resource>): StateResource {
  const kind = kindOf(type)!;
  const definition = resources.find(({ type, removal }) => type === kind && removal);
  if (!definition) {
    throw new DelineaError('unsupported', `this version does not know the kind "${type}"`, {
      hint: 'Use the version of delinea-iac that wrote the state, or a newer one.',
      path: address,
    });
  }
  const name = address.startsWith(`${type}.`) ? address.slice(type.length + 1) : '';
  if (!/^[A-Za-z_][\w-]*$/.test(name)) {
    throw new DelineaError('unsupported', 'the embedded engine does not support modules, count or for_each', {
      path: address,
      hint: `Move it to a plain address (terraform state mv '${address}' ${type}.<name>) and declare it there.`,
    });
  }
  const values = camelKeys(written);
  for (const schema of [definition.attrs, definition.props]) {
    const [fault] = schema.safeParse(values).error?.issues ?? [];
    if (fault) throw invalid(`${address}.${snakeCase(fault.path.join('.'))}`, validationMessage(fault, values));
  }
  return { address, kind, values };
}

function isDelinea(type: string, provider: string): boolean {
  return kindOf(type) !== undefined && provider.endsWith('/delinea-iac/delinea');
}

function all({ resources: own = [], child_modules: children = [] }: Module): z.infer<typeof resource>[] {
  return [...own, ...children.flatMap(all)];
}

function parse(text: string, path: string): unknown {
  if (text.trim() === '') throw invalid(path, 'the file is empty');
  const excess = jsonFileExcess(text);
  if (excess) throw invalid(path, `the file ${excess}`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    const { line, column } = jsonFault(text);
    throw invalid(path, `not JSON: line ${line}, column ${column}`);
  }
}

/** Recognises files that are passed by mistake. */
function likelyMistake(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if ('resource_changes' in json) return 'it is a plan';
  if ('version' in json && 'lineage' in json) return "it is Terraform's state file";
  if ('format_version' in json && !('values' in json)) return 'the state is empty';
  return undefined;
}

function faultOf({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join('.') || 'file'}: ${first?.message}`;
}

function invalid(path: string, why: string): DelineaError {
  return new DelineaError('stack_invalid', `cannot import the state: ${why}`, { path, hint: HINT });
}
