import type { DelineaProvider } from '../delinea-provider.js';
import type { TerraformProvider } from '../gen/cdk.js';
import { DelineaProvider as Binding } from '../gen/provider.js';
import { valueText } from './value-text.js';

/** Equal for what goes to one provider block: what names none goes to the one without an alias. */
export function tenantOf(provider: TerraformProvider | undefined): string {
  return provider?.alias ?? '';
}

/** Callers in JavaScript get past the types: what is no tenant would silently mean the default one. */
export function providerErrors(provider: unknown): readonly string[] {
  if (provider === undefined || provider === null) return [];
  const { resource } = provider as Partial<DelineaProvider>;
  if (resource?.terraformResourceType === Binding.tfResourceType) return [];
  return [
    `provider is ${valueText(provider)}, no DelineaProvider; give one that new DelineaProvider(...) made, not l1's`,
  ];
}
