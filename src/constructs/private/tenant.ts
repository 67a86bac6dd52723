import type { IConstruct } from 'constructs';
import type { DelineaProvider } from '../delinea-provider.js';
import { type TerraformProvider, TerraformStack } from '../gen/cdk.js';
import { DelineaProvider as Binding } from '../gen/provider.js';
import type { IPrincipal } from '../principal.js';
import { principalLabel } from './principal-key.js';
import { isPrincipal } from './principals.js';
import { valueText } from './value-text.js';

/** A construct with a tenant: a user, a group or a folder. */
interface WithTenant extends IConstruct {
  readonly provider?: DelineaProvider;
}

/** Returns a key of the provider block. Elements without a provider use the block without an alias. */
export function tenantOf(provider: TerraformProvider | undefined): string {
  return provider?.alias ?? '';
}

/** Returns whether two constructs are in different stacks, whose provider blocks and aliases have nothing in common. */
function isOtherStack(one: IConstruct, other: IConstruct): boolean {
  return TerraformStack.of(one) !== TerraformStack.of(other);
}

/**
 * Returns the provider of a construct that has none of its own: that of its principal. A block of another stack cannot be
 * used, and `tenantErrors` reports it.
 */
export function inheritedProvider(scope: IConstruct, principal: unknown): DelineaProvider | undefined {
  return isPrincipal(principal) && !isOtherStack(scope, principal) ? principal.provider : undefined;
}

/**
 * Returns the error of a principal or folder that belongs to another tenant than the construct which refers to it. Tenants
 * of two stacks are not known to be the same, so the construct must have a provider of its own if the other one has.
 * @param label of the other construct in messages
 * @param provider of the construct, inherited or its own
 */
export function tenantErrors(
  scope: IConstruct,
  label: string,
  other: WithTenant,
  provider: DelineaProvider | undefined,
  advice = 'use the same provider for both',
): readonly string[] {
  if (!isOtherStack(scope, other)) {
    if (tenantOf(other.provider?.resource) === tenantOf(provider?.resource)) return [];
    return [`${label} belongs to another tenant; ${advice}`];
  }
  if (!other.provider || provider) return [];
  const [own, from] = [scope, other].map((construct) => TerraformStack.of(construct).node.path);
  return [
    `${label} has a provider of stack ${from}, which stack ${own} does not have; pass the provider of stack ${own} for the same tenant`,
  ];
}

/** Returns the error of a principal of another tenant. One that names no provider may be of any. */
export function principalTenantErrors(
  scope: IConstruct,
  principal: IPrincipal,
  provider: DelineaProvider | undefined,
): readonly string[] {
  if (!isPrincipal(principal) || !principal.provider) return [];
  return tenantErrors(scope, principalLabel(principal), principal, provider);
}

/**
 * Returns the error of a wrong provider, which callers in JavaScript can pass and which would mean the default tenant, or
 * of one that is in another stack than the construct that has it.
 */
export function providerErrors(scope: IConstruct, provider: unknown): readonly string[] {
  if (provider === undefined || provider === null) return [];
  const { resource } = provider as Partial<DelineaProvider>;
  if (resource?.terraformResourceType !== Binding.tfResourceType) {
    return [
      `provider must be a DelineaProvider construct, not ${valueText(provider)}; an l1 provider cannot be used here`,
    ];
  }
  if (!isOtherStack(scope, resource)) return [];
  return [
    `provider ${resource.node.scope?.node.path} belongs to another stack; pass one of ${TerraformStack.of(scope).node.path}`,
  ];
}
