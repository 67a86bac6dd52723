import type { ServiceDefinition } from '@grpc/grpc-js';
import * as m from './messages.js';
import { decode, encode, type Message } from './protobuf.js';

/** One call: what comes and what goes, and which of the two are streams. */
interface Method<Request, Response> {
  readonly request: Message<Request>;
  readonly response: Message<Response>;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

function unary<Request, Response>(request: Message<Request>, response: Message<Response>): Method<Request, Response> {
  return { request, response, requestStream: false, responseStream: false };
}

/** The calls of `tfplugin6.Provider` that Terraform makes of a provider without functions, actions and state stores. */
export const providerMethods = {
  GetMetadata: unary(m.Empty, m.GetMetadataResponse),
  GetProviderSchema: unary(m.Empty, m.GetProviderSchemaResponse),
  ValidateProviderConfig: unary(m.ValidateProviderConfigRequest, m.ValidateProviderConfigResponse),
  ValidateResourceConfig: unary(m.ValidateConfigRequest, m.ValidateConfigResponse),
  ValidateDataResourceConfig: unary(m.ValidateConfigRequest, m.ValidateConfigResponse),
  UpgradeResourceState: unary(m.UpgradeResourceStateRequest, m.UpgradeResourceStateResponse),
  ConfigureProvider: unary(m.ConfigureProviderRequest, m.ConfigureProviderResponse),
  ReadResource: unary(m.ReadResourceRequest, m.ReadResourceResponse),
  PlanResourceChange: unary(m.PlanResourceChangeRequest, m.PlanResourceChangeResponse),
  ApplyResourceChange: unary(m.ApplyResourceChangeRequest, m.ApplyResourceChangeResponse),
  ImportResourceState: unary(m.ImportResourceStateRequest, m.ImportResourceStateResponse),
  MoveResourceState: unary(m.MoveResourceStateRequest, m.MoveResourceStateResponse),
  ReadDataSource: unary(m.ReadDataSourceRequest, m.ReadDataSourceResponse),
  GetFunctions: unary(m.Empty, m.GetFunctionsResponse),
  StopProvider: unary(m.Empty, m.StopProviderResponse),
} as const;

type Calls = typeof providerMethods;
export type Request<Name extends keyof Calls> = Calls[Name] extends Method<infer T, infer _> ? T : never;
export type Response<Name extends keyof Calls> = Calls[Name] extends Method<infer _, infer T> ? T : never;

/** A provider without its transport: one function a call. */
export type ProviderRpcs = {
  readonly [Name in keyof Calls]: (request: Request<Name>) => Response<Name> | Promise<Response<Name>>;
};

/** The control services of go-plugin beside the provider: grpc.health.v1 and package `plugin`. */
export const controlMethods = {
  health: {
    path: 'grpc.health.v1.Health',
    methods: { Check: unary(m.Empty, m.HealthCheckResponse) },
  },
  controller: { path: 'plugin.GRPCController', methods: { Shutdown: unary(m.Empty, m.Empty) } },
  /** Output travels on standard error: the stream is held open and stays empty. */
  stdio: {
    path: 'plugin.GRPCStdio',
    methods: { StreamStdio: { ...unary(m.Empty, m.Empty), responseStream: true } },
  },
  /** Nothing is brokered: the stream is held open and stays empty. */
  broker: {
    path: 'plugin.GRPCBroker',
    methods: { StartStream: { ...unary(m.Empty, m.Empty), requestStream: true, responseStream: true } },
  },
} as const;

/** A service as grpc-js wants it. */
export function serviceOf(
  service: string,
  methods: Readonly<Record<string, Method<object, object>>>,
): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([name, { request, response, requestStream, responseStream }]) => [
      name,
      {
        path: `/${service}/${name}`,
        requestStream,
        responseStream,
        requestSerialize: (value: object) => encode(request, value),
        requestDeserialize: (from: Buffer) => decode(request, from),
        responseSerialize: (value: object) => encode(response, value),
        responseDeserialize: (from: Buffer) => decode(response, from),
      },
    ]),
  );
}
