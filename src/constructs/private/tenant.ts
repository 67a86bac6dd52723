import type { DelineaProvider } from '../delinea-provider.js';
import type { TerraformProvider } from '../gen/cdk.js';
import { DelineaProvider as Binding } from '../gen/provider.js';
import { valueText } from './value-text.js';

/** Returns a key of the provider block. Elements without a provider use the block without an alias. */
export function tenantOf(provider: TerraformProvider | undefined): string {
  return provider?.alias ?? '';
}

/** Returns the error of a wrong provider, which callers in JavaScript can pass and which would mean the default tenant. */
export function providerErrors(provider: unknown): readonly string[] {
  if (provider === undefined || provider === null) return [];
  const { resource } = provider as Partial<DelineaProvider>;
  if (resource?.terraformResourceType === Binding.tfResourceType) return [];
  return [
    `provider must be a DelineaProvider construct, not ${valueText(provider)}; an l1 provider cannot be used here`,
  ];
}
