import * as z from 'zod';
import {
  camelKeys,
  DelineaError,
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

const HINT = 'Make it with: terraform show -json > state.json';

/**
 * The delinea resources in what `terraform show -json` prints of a state.
 * @param path for people
 * @throws DelineaError `stack_invalid` for any other text, `unsupported` for addresses that only Terraform has
 */
export function readTerraformState(text: string, path: string): StateResource[] {
  const json = parse(text, path);
  const parsed = state.safeParse(json);
  if (!parsed.success) throw refused(path, whatIsIt(json) ?? faultOf(parsed.error));
  const found = all(parsed.data.values.root_module).filter(
    ({ mode, type, provider_name }) => mode === 'managed' && isOurs(type, provider_name),
  );
  if (found.length === 0) throw refused(path, 'it has no delinea resource');
  return found.map(readEntry);
}

function readEntry({ address, type, values: written }: z.infer<typeof resource>): StateResource {
  const kind = kindOf(type)!;
  const definition = resources.find((one) => one.type === kind && one.removal);
  if (!definition) {
    throw new DelineaError('unsupported', `there is no kind "${type}" in this version`, { path: address });
  }
  const name = address.startsWith(`${type}.`) ? address.slice(type.length + 1) : '';
  if (!/^[A-Za-z_][\w-]*$/.test(name)) {
    throw new DelineaError('unsupported', 'the embedded engine has no modules, count or for_each', {
      path: address,
      hint: `Give it an address of its own, terraform state mv '${address}' ${type}.<name>, and declare it so.`,
    });
  }
  const values = camelKeys(written);
  for (const schema of [definition.attrs, definition.props]) {
    const [fault] = schema.safeParse(values).error?.issues ?? [];
    if (fault) throw refused(`${address}.${snakeCase(fault.path.join('.'))}`, validationMessage(fault, values));
  }
  return { address, kind, values };
}

function isOurs(type: string, provider: string): boolean {
  return kindOf(type) !== undefined && provider.endsWith('/delinea-iac/delinea');
}

function all({ resources: own = [], child_modules: children = [] }: Module): z.infer<typeof resource>[] {
  return [...own, ...children.flatMap(all)];
}

function parse(text: string, path: string): unknown {
  if (text.trim() === '') throw refused(path, 'it is empty');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    const { line, column } = jsonFault(text);
    throw refused(path, `not JSON: line ${line}, column ${column}`);
  }
}

/** What people are likely to give by mistake. */
function whatIsIt(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if ('resource_changes' in json) return 'it is a plan';
  if ('version' in json && 'lineage' in json) return "it is Terraform's own file";
  if ('format_version' in json && !('values' in json)) return 'the state holds nothing';
  return undefined;
}

function faultOf({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join('.') || 'file'}: ${first?.message}`;
}

function refused(path: string, why: string): DelineaError {
  return new DelineaError('stack_invalid', `no state that could be taken back: ${why}`, { path, hint: HINT });
}
