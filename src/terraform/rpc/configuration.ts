import {
  connect,
  type DataSourceReader,
  DelineaError,
  environmentName,
  openDataSourceReader,
  openSession,
  readSettings,
  redactor,
  type Session,
  type Settings,
  settingAttributes,
  settingsSchema,
  snakeCase,
  type Values,
  visible,
  type Warning,
} from '../../provider/index.js';
import type { Log } from '../plugin/log.js';
import { countSiblings } from '../plugin/sibling-processes.js';
import type { Diagnostic } from '../protocol/messages.js';
import { isWhollyKnown, type Value } from '../values/value.js';
import type { Block } from './blocks.js';
import { checkValues } from './checks.js';
import { errorDiagnostics } from './diagnostics.js';

/** The result of one ConfigureProvider call. Terraform may configure one process several times; each call starts afresh. */
export interface Configuration {
  /** Reads for data sources, cached until `forgetReads`. */
  readonly dataSources: () => DataSourceReader;
  /** Plans and applies. undefined: the provider block has unknown values. */
  readonly session: Session | undefined;
  /**
   * Warnings about the parts that plans with this configuration cannot see: the whole tenant, or the work of another
   * configuration.
   */
  readonly warnings: readonly Warning[];
  /** Drops cached reads of data sources, since the tenant has changed. */
  forgetReads(): void;
  /** Hides this configuration's secrets in a text. */
  redact(text: string): string;
}

/**
 * Checks a provider block without environment and network. A missing setting is not an error here, because the
 * environment of a later run may provide it.
 */
export function checkProvider(block: Block, values: Values): Diagnostic[] {
  const problems = checkValues(settingsSchema, block, values);
  if (problems.length > 0) return problems;
  const known = Object.fromEntries(Object.entries(knownSettings(values)).filter(([name]) => isOfCode(name)));
  const hasAddress = known.tenant !== undefined || known.url !== undefined;
  try {
    readSettings({ ...known, ...(hasAddress ? {} : { tenant: 'unset' }) }, {});
    return [];
  } catch (error) {
    return errorDiagnostics(error, block.type);
  }
}

/**
 * Connects with the settings of the block and, for unset ones, of the environment.
 * @throws DelineaError naming the setting, never the value of a secret
 */
export async function configure(values: Values, env: NodeJS.ProcessEnv, log: Log): Promise<Configuration> {
  const settings = readSettings(values, env);
  const tenant = await connect(settings, env);
  const session = openSession(
    tenant,
    async ({ kind, label, operation, request, outcome, id, changed, detail }) =>
      log('info', `${visible(label)}: ${operation} ${outcome}`, {
        kind,
        ...(request ? { request } : {}),
        ...(id ? { id: visible(id) } : {}),
        ...(changed ? { changed: changed.join(', ') } : {}),
        ...(detail ? { detail: visible(detail) } : {}),
      }),
    (isApply) => countSiblings(settings.url, env, isApply) > 0,
  );
  let reader = openDataSourceReader(tenant);
  return {
    dataSources: () => reader,
    session,
    warnings: [
      ...addressWarnings(values, settings),
      ...(countSiblings(settings.url, env) > 0 ? [siblingWarning(settings.url)] : []),
    ],
    forgetReads: () => {
      reader = openDataSourceReader(tenant);
    },
    redact: (text) => settings.redact(text),
  };
}

/** Returns whether a setting can be checked without the environment, which decides about the others. */
function isOfCode(setting: string): boolean {
  const { inCode = 'free' } = settingAttributes.find(({ name }) => name === setting) ?? {};
  return inCode !== 'authority' && inCode !== 'allowance';
}

/** Shows where requests go if code has a part in it: Terraform's plan has no place for the address of a provider. */
function addressWarnings(values: Values, { target }: Settings): Warning[] {
  const set = settingAttributes.filter(({ name, inCode }) => inCode === 'address' && values[name] !== undefined);
  if (set.length === 0) return [];
  return [
    {
      message: `the provider block sets ${set.map(({ name }) => snakeCase(name)).join(', ')}; tenant: ${target}`,
      hint: 'Set the address in the environment instead. DELINEA_LOCKED=1 refuses it in code.',
    },
  ];
}

function siblingWarning(url: string): Warning {
  return {
    message: `several provider configurations of this run manage the tenant ${url}: the guards of one do not know the changes of the others, so every change that reduces access is refused`,
    hint: 'Use one provider configuration per tenant, without an alias, or apply the configurations in separate runs.',
  };
}

/** Returns a function that hides the secrets of a block and of the environment, also of settings that are not valid. */
export function hideSecrets(values: Values, env: NodeJS.ProcessEnv): Configuration['redact'] {
  const names = settingAttributes.filter(({ sensitive }) => sensitive).map(({ name }) => name);
  const texts = names.flatMap((name) => [values[name], env[environmentName(name)]]);
  return redactor(texts.filter((text) => typeof text === 'string').map((text) => text.trim())).redact;
}

/** Returns a configuration whose settings depend on an apply: plans continue, and only reads of the tenant fail. */
export function unknownConfiguration(values: Values, redact: Configuration['redact']): Configuration {
  const names = Object.keys(values).filter((name) => !isWhollyKnown(values[name] as Value));
  const first = names[0]!;
  const message = `provider settings known only after an apply: ${names.map(snakeCase).join(', ')}`;
  const hint = `Set ${environmentName(first)} instead, or first apply the resources that the value comes from (-target).`;
  const fail = async () => {
    throw new DelineaError('settings_invalid', message, { hint });
  };
  return {
    dataSources: () => ({ one: fail, many: fail }),
    session: undefined,
    warnings: [{ message: `${message}; nothing is read or checked until then`, hint }],
    forgetReads: () => undefined,
    redact,
  };
}

function knownSettings(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isWhollyKnown(value as Value)));
}
