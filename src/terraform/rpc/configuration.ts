import {
  connect,
  type DataSourceReader,
  DelineaError,
  environmentName,
  openDataSourceReader,
  openSession,
  readSettings,
  type Session,
  settingsSchema,
  snakeCase,
  type Values,
} from '../../provider/index.js';
import type { Log } from '../plugin/log.js';
import { countNeighbours } from '../plugin/neighbours.js';
import type { Diagnostic } from '../protocol/messages.js';
import { isWhollyKnown, type Value } from '../values/value.js';
import type { Block } from './blocks.js';
import { checkValues } from './checks.js';
import { diagnosticsOf } from './diagnostics.js';

/** What one ConfigureProvider made. The next one starts from nothing, since Terraform may call it often in one process. */
export interface Configuration {
  /** Remembers what it has read until `written`. */
  readonly lookUp: () => DataSourceReader;
  /** Plans and applies; undefined: the provider block is not known yet. */
  readonly run: Session | undefined;
  /** For people: what a plan with it cannot see, all of the tenant or what another configuration does; unset: nothing. */
  readonly doubt?: { readonly message: string; readonly hint: string };
  /** From now on data sources read anew. */
  written(): void;
  /** Hides the secrets of this configuration in a text that came from outside. */
  redact(text: string): string;
}

/**
 * The faults of a provider block that show without environment and network: nothing may be missing yet, as the
 * environment of the run can give it.
 */
export function checkProvider(block: Block, values: Values): Diagnostic[] {
  const wrong = checkValues(settingsSchema, block, values);
  if (wrong.length > 0) return wrong;
  const { caFile: _, ...known } = knownOf(values);
  const addressed = known.tenant !== undefined || known.url !== undefined;
  try {
    readSettings({ ...known, ...(addressed ? {} : { tenant: 'unset' }) }, {});
    return [];
  } catch (error) {
    return diagnosticsOf(error, block.type);
  }
}

/**
 * Settings from the block and, for what it leaves unset, the environment.
 * @throws DelineaError naming the setting, never the value of a secret
 */
export async function configure(values: Values, env: NodeJS.ProcessEnv, log: Log): Promise<Configuration> {
  const settings = readSettings(values, env);
  const tenant = await connect(settings, env);
  const run = openSession(tenant, async ({ kind, label, operation, request, outcome, id, changed, detail }) =>
    log('info', `${label}: ${operation} ${outcome}`, {
      kind,
      ...(request ? { request } : {}),
      ...(id ? { id } : {}),
      ...(changed ? { changed: changed.join(', ') } : {}),
      ...(detail ? { detail } : {}),
    }),
  );
  let lookUp = openDataSourceReader(tenant);
  return {
    ...(countNeighbours(settings.url, env) > 0 ? { doubt: besides(settings.url) } : {}),
    lookUp: () => lookUp,
    run,
    written: () => {
      lookUp = openDataSourceReader(tenant);
    },
    redact: (text) => settings.redact(text),
  };
}

function besides(url: string): NonNullable<Configuration['doubt']> {
  return {
    message: `another provider configuration of this run is of the same tenant, ${url}: guards count each by itself, and what moves from one to the other is removed by one and made by the other`,
    hint: 'Use one configuration for a tenant, without alias, or apply them apart.',
  };
}

/** A configuration that depends on what an apply will make: a plan goes on, and only what needs the tenant fails. */
export function unknownConfiguration(values: Values): Configuration {
  const names = Object.keys(values).filter((name) => !isWhollyKnown(values[name] as Value));
  const first = names[0]!;
  const message = `the provider's ${names.map(snakeCase).join(', ')} will be known only after an apply`;
  const hint = `Set ${environmentName(first)} instead, or first apply what it comes from (-target).`;
  const fail = async () => {
    throw new DelineaError('settings_invalid', message, { hint });
  };
  return {
    doubt: { message: `${message}: nothing is read or checked until then`, hint },
    lookUp: () => ({ one: fail, many: fail }),
    run: undefined,
    written: () => undefined,
    redact: (text) => text,
  };
}

function knownOf(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isWhollyKnown(value as Value)));
}
