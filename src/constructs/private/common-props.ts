import type { DelineaProvider } from '../delinea-provider.js';
import type { DelineaResourceProps } from '../delinea-resource-props.js';
import type { TerraformProvider, TerraformResourceLifecycle } from '../gen/cdk.js';

interface CommonProps {
  provider?: TerraformProvider;
  lifecycle?: TerraformResourceLifecycle;
}

/** Translates the common props for the bindings. @param provider own or inherited */
export function commonProps(
  props: DelineaResourceProps,
  provider: DelineaProvider | undefined = props.provider,
): CommonProps {
  return {
    ...(provider ? { provider: provider.resource } : {}),
    ...(props.lifecycle ? { lifecycle: props.lifecycle } : {}),
  };
}

/** Returns the props that are written to the stack as they are: all but the common ones and those in `translated`. */
export function attributesOf<P extends object, K extends keyof P>(
  props: P,
  ...translated: readonly K[]
): Omit<P, K | 'provider' | 'lifecycle'> {
  const left = { ...props } as Record<string, unknown>;
  for (const name of [...translated, 'provider', 'lifecycle']) delete left[String(name)];
  return left as Omit<P, K | 'provider' | 'lifecycle'>;
}
