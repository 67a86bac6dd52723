import * as m from './messages.js';
import type { Message } from './protobuf.js';

/** A unary call: its request and response messages. */
export interface Method<Request, Response> {
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

function unary<Request, Response>(request: Message<Request>, response: Message<Response>): Method<Request, Response> {
  return { request, response };
}

/** The calls of `tfplugin6.Provider` that Terraform makes to a provider without functions, actions and state stores. */
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

/** A provider without its transport: one function per call. */
export type ProviderRpcs = {
  readonly [Name in keyof Calls]: (request: Request<Name>) => Response<Name> | Promise<Response<Name>>;
};

/** The unary calls of go-plugin's control services. */
export const controlMethods = {
  check: { path: '/grpc.health.v1.Health/Check', ...unary(m.Empty, m.HealthCheckResponse) },
  shutdown: { path: '/plugin.GRPCController/Shutdown', ...unary(m.Empty, m.Empty) },
} as const;

/** The streams of go-plugin's control services. Output goes to standard error and no connection is brokered, so both stay empty. */
export const CONTROL_STREAMS = ['/plugin.GRPCStdio/StreamStdio', '/plugin.GRPCBroker/StartStream'] as const;
