import { DelineaError, snakeCase, type Values } from '../../provider/index.js';
import type { Log } from '../plugin/log.js';
import type { Diagnostic, DynamicValue } from '../protocol/messages.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { valuesOf } from '../values/attributes.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { isObjectValue, isWhollyKnown, type ObjectValue } from '../values/value.js';
import { type Block, type DataBlock, type KindBlock, readBlocks } from './blocks.js';
import { checkValues } from './checks.js';
import { type Configuration, checkProvider, configure, hideSecrets, unknownConfiguration } from './configuration.js';
import { readDataSource } from './data-source.js';
import { errorDiagnostic, errorDiagnostics, redacted, warningDiagnostics } from './diagnostics.js';
import { applyResource, importResource, planResource, readResource } from './resource.js';
import { schemaMessage } from './schema-messages.js';
import { upgradedState } from './upgraded-state.js';

const CAPABILITIES = { planDestroy: true, getProviderSchemaOptional: true, moveResourceState: false };

/** Returns the provider without its transport. @param env source of settings that the provider block does not set */
export function providerRpcs(env: NodeJS.ProcessEnv, log: Log): ProviderRpcs {
  const blocks = readBlocks();
  let configuration: Configuration | undefined;
  let stopped = false;

  /** Turns errors into diagnostics. @param fallback other fields of the response after an error */
  const respond = async <T extends object>(block: Block, work: () => Promise<T> | T, fallback: Partial<T> = {}) => {
    try {
      return withoutSecretLines(redactedResponse(await work(), log), block);
    } catch (error) {
      const diagnostics = toDiagnostics(error, block);
      return withoutSecretLines(redactedResponse({ ...fallback, diagnostics }, log), block);
    }
  };

  const configured = (): Configuration => {
    if (stopped) throw new DelineaError('cancelled', 'cancelled before the read', { hint: 'Run Terraform again.' });
    if (configuration) return configuration;
    throw new DelineaError('settings_invalid', 'the provider is not configured', { hint: 'Run Terraform again.' });
  };

  const checked = (block: Block, config: DynamicValue | undefined, check: (values: Values) => Diagnostic[]) =>
    respond(block, () => ({ diagnostics: check(valuesOf(block.attributes, readBlock(block, config))) }));

  const readData = (block: DataBlock, config: ObjectValue) => {
    const current = configured();
    const read = () => readDataSource(block, config, current);
    return current.session ? current.session.alongside(read) : read();
  };

  const sessionForApply = () => {
    const { session } = configured();
    if (session) return session;
    throw new DelineaError('settings_invalid', 'the provider block has unknown values', {
      hint: 'Run Terraform again.',
    });
  };

  /** @param fallback other fields of the response after an error, so that a state is never lost */
  const resource = <T extends object>(
    { typeName }: { readonly typeName?: string | undefined },
    work: (block: KindBlock) => Promise<T>,
    fallback: Partial<T> = {},
  ) => {
    const block = blockOfType(blocks.resources, typeName);
    return respond(block, () => work(block), fallback);
  };

  return {
    GetMetadata: () => ({
      serverCapabilities: CAPABILITIES,
      resources: [...blocks.resources.keys()].map((typeName) => ({ typeName })),
      dataSources: [...blocks.dataSources.keys()].map((typeName) => ({ typeName })),
    }),
    GetProviderSchema: () => ({
      provider: schemaMessage(blocks.provider.schema),
      resourceSchemas: schemasOf(blocks.resources),
      dataSourceSchemas: schemasOf(blocks.dataSources),
      serverCapabilities: CAPABILITIES,
    }),
    GetFunctions: () => ({}),

    ValidateProviderConfig: ({ config }) =>
      checked(blocks.provider, config, (values) => checkProvider(blocks.provider, values)),
    ValidateResourceConfig: ({ typeName, config }) => {
      const block = blockOfType(blocks.resources, typeName);
      return checked(block, config, (values) => checkValues(block.kind.props, block, values));
    },
    ValidateDataResourceConfig: ({ typeName, config }) => {
      const block = blockOfType(blocks.dataSources, typeName);
      return checked(block, config, (values) => checkValues(block.props, block, values));
    },

    ConfigureProvider: ({ config }) =>
      respond(blocks.provider, async () => {
        configuration = undefined;
        stopped = false;
        const block = readBlock(blocks.provider, config);
        const values = valuesOf(blocks.provider.attributes, block);
        // Errors of the configuration itself must not repeat them either.
        log.redact = hideSecrets(values, env);
        configuration = isWhollyKnown(block)
          ? await configure(values, env, log)
          : unknownConfiguration(values, log.redact);
        log.redact = configuration.redact;
        return { diagnostics: warningDiagnostics(configuration.warnings) };
      }),
    StopProvider: () => {
      stopped = true;
      configuration?.session?.stop();
      return {};
    },

    UpgradeResourceState: ({ typeName, version = 0, rawState }) => {
      const block = blockOfType(blocks.resources, typeName);
      return respond(block, () => ({
        upgradedState: encodeValue(block.type, upgradedState(block, version, rawState?.json)),
      }));
    },

    ReadDataSource: ({ typeName, config }) => {
      const block = blockOfType(blocks.dataSources, typeName);
      return respond(block, async () => ({
        state: encodeValue(block.type, await readData(block, readBlock(block, config))),
      }));
    },

    ReadResource: (request) => resource(request, (block) => readResource(block, request, configured().session)),
    PlanResourceChange: (request) => resource(request, (block) => planResource(block, request, configured().session)),
    ApplyResourceChange: async (request) => {
      const prior = { newState: request.priorState, private: request.plannedPrivate };
      const response = await resource(request, (block) => applyResource(block, request, sessionForApply()), prior);
      configuration?.forgetReads();
      return response;
    },
    ImportResourceState: (request) =>
      resource(request, (block) => importResource(block, request, configured().session)),
    MoveResourceState: () => NO_MOVES,
  };
}

function redactedResponse<T extends { readonly diagnostics?: readonly Diagnostic[] | undefined }>(
  response: T,
  { redact }: Log,
): T {
  return response.diagnostics ? { ...response, diagnostics: redacted(response.diagnostics, redact) } : response;
}

/** Drops the place of a sensitive attribute: Terraform would print its line of the configuration, with the secret in it. */
function withoutSecretLines<T extends { readonly diagnostics?: readonly Diagnostic[] | undefined }>(
  response: T,
  { attributes }: Block,
): T {
  const isSecret = ({ attribute }: Diagnostic) =>
    attributes.some(({ name, sensitive }) => sensitive && snakeCase(name) === attribute?.steps?.[0]?.attributeName);
  const diagnostics = response.diagnostics?.map((one) => (isSecret(one) ? { ...one, attribute: undefined } : one));
  return diagnostics ? { ...response, diagnostics } : response;
}

const NO_MOVES = {
  diagnostics: [
    errorDiagnostic('an object cannot be moved from another resource type to this one', 'Import the object instead.'),
  ],
};

function schemasOf(blocks: ReadonlyMap<string, KindBlock>) {
  return Object.fromEntries([...blocks].map(([name, { schema }]) => [name, schemaMessage(schema)]));
}

function blockOfType<T extends KindBlock>(blocks: ReadonlyMap<string, T>, typeName = ''): T {
  const block = blocks.get(typeName);
  if (!block) throw new DelineaError('stack_invalid', `the provider has no type "${typeName}"`);
  return block;
}

/** Returns the block's values. An absent block has none. */
function readBlock(block: Block, config: DynamicValue | undefined): ObjectValue {
  const value = decodeValue(block.type, config);
  return isObjectValue(value) ? value : {};
}

function toDiagnostics(error: unknown, block: Block): Diagnostic[] {
  try {
    return errorDiagnostics(error, block.type);
  } catch {
    const text = error instanceof Error ? error.message : String(error);
    return [
      errorDiagnostic(
        `unexpected error in the provider: ${text}`,
        'Report it with the output of TF_LOG_PROVIDER=trace.',
      ),
    ];
  }
}
