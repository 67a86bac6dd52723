import { DelineaError, type Values } from '../../provider/index.js';
import type { Log } from '../plugin/log.js';
import type { Diagnostic, DynamicValue } from '../protocol/messages.js';
import type { ProviderRpcs } from '../protocol/methods.js';
import { valuesOf } from '../values/attributes.js';
import { decodeValue, encodeValue } from '../values/dynamic-value.js';
import { isObjectValue, isWhollyKnown, type ObjectValue } from '../values/value.js';
import { type Block, type DataBlock, type KindBlock, readBlocks } from './blocks.js';
import { checkValues } from './checks.js';
import { type Configuration, checkProvider, configure, unknownConfiguration } from './configuration.js';
import { readDataSource } from './data-source.js';
import { diagnostic, diagnosticsOf, redacted, warning } from './diagnostics.js';
import { applyResource, importResource, planResource, readResource } from './resource.js';
import { schemaMessage } from './schema-messages.js';
import { upgradedState } from './upgraded-state.js';

const CAPABILITIES = { planDestroy: true, getProviderSchemaOptional: true, moveResourceState: false };

/** The provider: schema, checks, configuration and data sources. @param env where unset settings are looked for */
export function providerRpcs(env: NodeJS.ProcessEnv, log: Log): ProviderRpcs {
  const blocks = readBlocks();
  let configuration: Configuration | undefined;
  let stopped = false;

  /** Answers with diagnostics in place of what the work throws. */
  const guarded = async <T extends object>(block: Block, work: () => Promise<T> | T, otherwise: Partial<T> = {}) => {
    try {
      return withoutSecrets(await work(), log);
    } catch (error) {
      return withoutSecrets({ ...otherwise, diagnostics: faultsOf(error, block) }, log);
    }
  };

  const configured = (): Configuration => {
    if (stopped) throw new DelineaError('cancelled', 'stopped before it was read', { hint: 'Run Terraform again.' });
    if (configuration) return configuration;
    throw new DelineaError('settings_invalid', 'the provider was not configured', { hint: 'Run Terraform again.' });
  };

  const checked = (block: Block, config: DynamicValue | undefined, check: (values: Values) => Diagnostic[]) =>
    guarded(block, () => ({ diagnostics: check(valuesOf(block.attributes, readBlock(block, config))) }));

  const readData = (block: DataBlock, config: ObjectValue) => {
    const known = configured();
    const read = () => readDataSource(block, config, known);
    return known.run ? known.run.alongside(read) : read();
  };

  const applicable = () => {
    const { run } = configured();
    if (run) return run;
    throw new DelineaError('settings_invalid', 'the provider block is not known', { hint: 'Run Terraform again.' });
  };

  /** @param otherwise beside the diagnostics, where the work throws: a state is never lost to a fault */
  const resource = <T extends object>(
    { typeName }: { readonly typeName?: string | undefined },
    work: (block: KindBlock) => Promise<T>,
    otherwise: Partial<T> = {},
  ) => {
    const block = found(blocks.resources, typeName);
    return guarded(block, () => work(block), otherwise);
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
      const block = found(blocks.resources, typeName);
      return checked(block, config, (values) => checkValues(block.kind.props, block, values));
    },
    ValidateDataResourceConfig: ({ typeName, config }) => {
      const block = found(blocks.dataSources, typeName);
      return checked(block, config, (values) => checkValues(block.props, block, values));
    },

    ConfigureProvider: ({ config }) =>
      guarded(blocks.provider, async () => {
        configuration = undefined;
        stopped = false;
        const block = readBlock(blocks.provider, config);
        const values = valuesOf(blocks.provider.attributes, block);
        configuration = isWhollyKnown(block) ? await configure(values, env, log) : unknownConfiguration(values);
        log.redact = configuration.redact;
        const { doubt } = configuration;
        // "No changes" of such a plan would say nothing.
        return doubt ? { diagnostics: [warning(doubt.message, doubt.hint)] } : {};
      }),
    StopProvider: () => {
      stopped = true;
      configuration?.run?.stop();
      return {};
    },

    UpgradeResourceState: ({ typeName, version = 0, rawState }) => {
      const block = found(blocks.resources, typeName);
      return guarded(block, () => {
        return { upgradedState: encodeValue(block.type, upgradedState(block, version, rawState?.json)) };
      });
    },

    ReadDataSource: ({ typeName, config }) => {
      const block = found(blocks.dataSources, typeName);
      return guarded(block, async () => ({
        state: encodeValue(block.type, await readData(block, readBlock(block, config))),
      }));
    },

    ReadResource: (request) => resource(request, (block) => readResource(block, request, configured().run)),
    PlanResourceChange: (request) => resource(request, (block) => planResource(block, request, configured().run)),
    ApplyResourceChange: async (request) => {
      const kept = { newState: request.priorState, private: request.plannedPrivate };
      const answer = await resource(request, (block) => applyResource(block, request, applicable()), kept);
      configuration?.written();
      return answer;
    },
    ImportResourceState: (request) => resource(request, (block) => importResource(block, request, configured().run)),
    MoveResourceState: () => NO_MOVES,
  };
}

function withoutSecrets<T extends { readonly diagnostics?: readonly Diagnostic[] | undefined }>(
  answer: T,
  { redact }: Log,
): T {
  return answer.diagnostics ? { ...answer, diagnostics: redacted(answer.diagnostics, redact) } : answer;
}

const NO_MOVES = {
  diagnostics: [diagnostic('a state of another type cannot become one of these', 'Import the object instead.')],
};

function schemasOf(blocks: ReadonlyMap<string, KindBlock>) {
  return Object.fromEntries([...blocks].map(([name, { schema }]) => [name, schemaMessage(schema)]));
}

function found<T extends KindBlock>(blocks: ReadonlyMap<string, T>, typeName = ''): T {
  const block = blocks.get(typeName);
  if (!block) throw new DelineaError('stack_invalid', `the provider has no type "${typeName}"`);
  return block;
}

/** A block that is not there at all has nothing set. */
function readBlock(block: Block, config: DynamicValue | undefined): ObjectValue {
  const value = decodeValue(block.type, config);
  return isObjectValue(value) ? value : {};
}

function faultsOf(error: unknown, block: Block): Diagnostic[] {
  try {
    return diagnosticsOf(error, block.type);
  } catch {
    const said = error instanceof Error ? error.message : 'stopped by a fault';
    return [diagnostic(`a fault of the provider: ${said}`, 'Report it with the output of TF_LOG_PROVIDER=trace.')];
  }
}
