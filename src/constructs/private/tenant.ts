import type { TerraformProvider } from '../gen/cdk.js';

/** Equal for what goes to one provider block: what names none goes to the one without an alias. */
export function tenantOf(provider: TerraformProvider | undefined): string {
  return provider?.alias ?? '';
}
