import * as z from 'zod';

const expression = z.looseObject({ references: z.array(z.string()).optional() });

const configResource = z.looseObject({
  address: z.string(),
  mode: z.string(),
  expressions: z.record(z.string(), z.unknown()).optional(),
});

interface Module {
  readonly resources?: readonly z.infer<typeof configResource>[] | undefined;
  readonly module_calls?: Readonly<Record<string, { readonly module?: Module | undefined }>> | undefined;
}

const configModule: z.ZodType<Module> = z.lazy(() =>
  z.looseObject({
    resources: z.array(configResource).optional(),
    module_calls: z.record(z.string(), z.looseObject({ module: configModule.optional() })).optional(),
  }),
);

/** The parts of the `configuration` of Terraform's plan JSON that a review needs. */
export const terraformConfiguration = z.looseObject({
  root_module: configModule.optional(),
  provider_config: z
    .record(
      z.string(),
      z.looseObject({
        name: z.string(),
        full_name: z.string().optional(),
        expressions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** The key of the instance itself. */
const OWN_KEY = /^(each\.key|count\.index)$/;
/** A resource, one of its instances, or the id of either. Its other attributes are not its id. */
const TARGET = /^(?<type>\w+\.[\w-]+)(?<key>\[("(?:[^"\\]|\\.)*"|\d+)\])?(\.id)?$/;

/** References in the code of one attribute. */
export interface AttributeReferences {
  /** Addresses of the resources that are referred to, each of which is in the plan. */
  readonly addresses: readonly string[];
  /** Whether every reference names one object, by its id. */
  readonly isExact: boolean;
  /** Number of references. A plain list has at least as many elements; a condition does not. */
  readonly references: number;
}

/**
 * Finds the resources to which the code of an attribute refers; undefined if the code does not set it.
 * @param known addresses of the resources in the plan
 * @param deferred addresses of the data sources that the apply reads
 */
export function referenceFinder(
  configuration: z.infer<typeof terraformConfiguration> | undefined,
  known: readonly string[],
  deferred: readonly string[] = [],
): (address: string, attribute: string) => AttributeReferences | undefined {
  const expressions = new Map<string, Readonly<Record<string, unknown>>>();
  addModule(configuration?.root_module, '', expressions);
  const instances = new Map<string, string[]>();
  for (const address of known) {
    const resource = withoutKeys(address);
    instances.set(resource, [...(instances.get(resource) ?? []), address]);
  }
  return (address, attribute) => {
    const resource = withoutKeys(address);
    const code = expressions.get(resource)?.[attribute];
    if (code === undefined) return undefined;
    const parsed = expression.safeParse(code);
    const all = parsed.success ? (parsed.data.references ?? []) : [];
    const references = withoutParts(all);
    const prefix = moduleOf(resource);
    const module = moduleOf(address);
    const own = keyOf(address);
    const isByKey = references.some((reference) => OWN_KEY.test(reference));
    let isExact = references.length > 0;
    const found = references.flatMap((reference) => {
      if (OWN_KEY.test(reference) || /^(var|path|terraform)\./.test(reference)) return [];
      // A data source that is not in the plan was read, so its values are in the plan.
      const isDeferred = (other: string) => `${prefix}${reference}`.startsWith(withoutKeys(other));
      if (reference.startsWith('data.') && !deferred.some(isDeferred)) return [];
      const target = TARGET.exec(reference)?.groups;
      if (!target) isExact = false;
      const candidates = (instances.get(`${prefix}${target?.type}`) ?? []).filter((each) => moduleOf(each) === module);
      const named = candidates.filter((candidate) => keyOf(candidate) === (target?.key ?? ''));
      const chosen = named.length > 0 ? named : isByKey ? candidates.filter((each) => keyOf(each) === own) : candidates;
      if (chosen.length !== 1) isExact = false;
      return chosen;
    });
    const counted = references.filter((reference) => !OWN_KEY.test(reference));
    return { addresses: [...new Set(found)], isExact, references: counted.length };
  };
}

/**
 * Removes the parts that Terraform lists after each reference: `delinea_user.team["p1"]` and `delinea_user.team` after
 * `delinea_user.team["p1"].id`. A second `delinea_user.team` is a reference of its own.
 */
function withoutParts(references: readonly string[]): string[] {
  const isPart = (one: string, other = '') => other.startsWith(`${one}.`) || other.startsWith(`${one}[`);
  return references.filter((reference, index) => !isPart(reference, references[index - 1]));
}

function addModule(
  module: Module | undefined,
  prefix: string,
  expressions: Map<string, Readonly<Record<string, unknown>>>,
): void {
  for (const { address, mode, expressions: own = {} } of module?.resources ?? []) {
    if (mode === 'managed') expressions.set(`${prefix}${address}`, own);
  }
  for (const [name, call] of Object.entries(module?.module_calls ?? {}))
    addModule(call.module, `${prefix}module.${name}.`, expressions);
}

/** Removes the keys of `count` and `for_each`: `delinea_user.people["jane"]` is an instance of `delinea_user.people`. */
function withoutKeys(address: string): string {
  return address.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}

function keyOf(address: string): string {
  return /\[("(?:[^"\\]|\\.)*"|\d+)\]$/.exec(address)?.[0] ?? '';
}

/** Returns the module of an address with the keys of its instances, `module.ops["a"].`; empty for the root module. */
function moduleOf(address: string): string {
  return /^(?:module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*/.exec(address)![0];
}
