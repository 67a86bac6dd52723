import type { DelineaProvider } from '../delinea-provider.js';
import type { DelineaResourceProps } from '../delinea-resource-props.js';
import type { TerraformProvider, TerraformResourceLifecycle } from '../gen/cdk.js';

interface CommonProps {
  provider?: TerraformProvider;
  lifecycle?: TerraformResourceLifecycle;
}

/** The common props in the words of the bindings; an edge is in the tenant of its principal. */
export function commonProps(props: DelineaResourceProps, inherited?: DelineaProvider): CommonProps {
  const provider = props.provider ?? inherited;
  return {
    ...(provider ? { provider: provider.resource } : {}),
    ...(props.lifecycle ? { lifecycle: props.lifecycle } : {}),
  };
}

/** The props without those that need translating: what is left goes into the stack as it is written. */
export function attributesOf<P extends object, K extends keyof P>(
  props: P,
  ...translated: readonly K[]
): Omit<P, K | 'provider' | 'lifecycle'> {
  const left = { ...props } as Record<string, unknown>;
  for (const name of [...translated, 'provider', 'lifecycle']) delete left[String(name)];
  return left as Omit<P, K | 'provider' | 'lifecycle'>;
}
