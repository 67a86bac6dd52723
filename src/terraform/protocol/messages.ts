/**
 * The messages of Terraform's plugin protocol 6 that this provider uses. Source of every name and number: the published
 * protocol, version 6.11, package `tfplugin6`. Other fields that Terraform sends are skipped.
 */
import {
  bytes,
  flag,
  int32,
  int64,
  type Message,
  mapOf,
  message,
  nested,
  type Of,
  repeated,
  text,
} from './protobuf.js';

export const SEVERITY = { error: 1, warning: 2 } as const;
export const MARKDOWN = 1;
export const NESTING = { list: 2, set: 3 } as const;

export const DynamicValue = message({ msgpack: bytes(1), json: bytes(2) });
export type DynamicValue = Of<typeof DynamicValue>;

/** One step of an attribute path; exactly one of the three fields is set. */
export const Step = message({ attributeName: text(1), elementKeyString: text(2), elementKeyInt: int64(3) });
export type Step = Of<typeof Step>;

const AttributePath = message({ steps: repeated(nested(1, () => Step)) });

export const Diagnostic = message({
  severity: int32(1),
  summary: text(2),
  detail: text(3),
  attribute: nested(4, () => AttributePath),
});
export type Diagnostic = Of<typeof Diagnostic>;

export interface AttributeMessage {
  readonly name?: string | undefined;
  /** The type in cty's JSON. */
  readonly type?: Uint8Array | undefined;
  readonly nestedType?: NestedMessage | undefined;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
  readonly sensitive?: boolean | undefined;
  readonly descriptionKind?: number | undefined;
}

interface NestedMessage {
  readonly attributes?: readonly AttributeMessage[] | undefined;
  readonly nesting?: number | undefined;
}

const SchemaAttribute: Message<AttributeMessage> = message({
  name: text(1),
  type: bytes(2),
  nestedType: nested(10, () => SchemaObject),
  description: text(3),
  required: flag(4),
  optional: flag(5),
  computed: flag(6),
  sensitive: flag(7),
  descriptionKind: int32(8),
});
const SchemaObject: Message<NestedMessage> = message({
  attributes: repeated(nested(1, () => SchemaAttribute)),
  nesting: int32(3),
});

const Block = message({
  version: int64(1),
  attributes: repeated(nested(2, () => SchemaAttribute)),
  description: text(4),
  descriptionKind: int32(5),
});
export const SchemaMessage = message({ version: int64(1), block: nested(2, () => Block) });
export type SchemaMessage = Of<typeof SchemaMessage>;

const ServerCapabilities = message({
  planDestroy: flag(1),
  getProviderSchemaOptional: flag(2),
  moveResourceState: flag(3),
});
const TypeName = message({ typeName: text(1) });
const RawState = message({ json: bytes(1) });

const diagnostics = (number: number) => repeated(nested(number, () => Diagnostic));
const dynamic = (number: number) => nested(number, () => DynamicValue);
const schemas = (number: number) => mapOf(number, () => SchemaMessage);

export const Empty = message({});

export const GetMetadataResponse = message({
  serverCapabilities: nested(1, () => ServerCapabilities),
  diagnostics: diagnostics(2),
  dataSources: repeated(nested(3, () => TypeName)),
  resources: repeated(nested(4, () => TypeName)),
});

export const GetProviderSchemaResponse = message({
  provider: nested(1, () => SchemaMessage),
  resourceSchemas: schemas(2),
  dataSourceSchemas: schemas(3),
  diagnostics: diagnostics(4),
  serverCapabilities: nested(6, () => ServerCapabilities),
});

export const ValidateProviderConfigRequest = message({ config: dynamic(1) });
export const ValidateProviderConfigResponse = message({ diagnostics: diagnostics(2) });

export const UpgradeResourceStateRequest = message({
  typeName: text(1),
  version: int64(2),
  rawState: nested(3, () => RawState),
});
export const UpgradeResourceStateResponse = message({ upgradedState: dynamic(1), diagnostics: diagnostics(2) });

/** Used for resources and data sources. */
export const ValidateConfigRequest = message({ typeName: text(1), config: dynamic(2) });
export const ValidateConfigResponse = message({ diagnostics: diagnostics(1) });

export const ConfigureProviderRequest = message({ terraformVersion: text(1), config: dynamic(2) });
export const ConfigureProviderResponse = message({ diagnostics: diagnostics(1) });

export const ReadResourceRequest = message({ typeName: text(1), currentState: dynamic(2), private: bytes(3) });
export const ReadResourceResponse = message({ newState: dynamic(1), diagnostics: diagnostics(2), private: bytes(3) });

export const PlanResourceChangeRequest = message({
  typeName: text(1),
  priorState: dynamic(2),
  proposedNewState: dynamic(3),
  config: dynamic(4),
  priorPrivate: bytes(5),
});
export const PlanResourceChangeResponse = message({
  plannedState: dynamic(1),
  requiresReplace: repeated(nested(2, () => AttributePath)),
  plannedPrivate: bytes(3),
  diagnostics: diagnostics(4),
});

export const ApplyResourceChangeRequest = message({
  typeName: text(1),
  priorState: dynamic(2),
  plannedState: dynamic(3),
  config: dynamic(4),
  plannedPrivate: bytes(5),
});
export const ApplyResourceChangeResponse = message({
  newState: dynamic(1),
  private: bytes(2),
  diagnostics: diagnostics(3),
});

const ImportedResource = message({ typeName: text(1), state: dynamic(2), private: bytes(3) });
export const ImportResourceStateRequest = message({ typeName: text(1), id: text(2) });
export const ImportResourceStateResponse = message({
  importedResources: repeated(nested(1, () => ImportedResource)),
  diagnostics: diagnostics(2),
});

export const MoveResourceStateRequest = message({
  sourceProviderAddress: text(1),
  sourceTypeName: text(2),
  sourceSchemaVersion: int64(3),
  sourceState: nested(4, () => RawState),
  targetTypeName: text(5),
});
export const MoveResourceStateResponse = message({ targetState: dynamic(1), diagnostics: diagnostics(2) });

export const ReadDataSourceRequest = message({ typeName: text(1), config: dynamic(2) });
export const ReadDataSourceResponse = message({ state: dynamic(1), diagnostics: diagnostics(2) });

/** This provider has no functions, so only the diagnostics field is needed. */
export const GetFunctionsResponse = message({ diagnostics: diagnostics(2) });

export const StopProviderResponse = message({ error: text(1) });

/** grpc.health.v1: status 1 is SERVING. */
export const HealthCheckResponse = message({ status: int32(1) });
