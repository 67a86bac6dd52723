import { Construct } from 'constructs';
import { Token } from './gen/cdk.js';
import { DelineaProvider as Binding } from './gen/provider.js';
import { literal } from './private/literal.js';
import type { DelineaProviderProps } from './provider-props.js';

/** Settings whose text must not stand in the synthesised stack, and where to leave them instead. */
const SECRETS = {
  clientSecret: 'DELINEA_CLIENT_SECRET',
  scimToken: 'DELINEA_SCIM_TOKEN',
  scimClientSecret: 'DELINEA_SCIM_CLIENT_SECRET',
} as const;

type SecretName = keyof typeof SECRETS;

/** The tenant that a stack speaks of: the provider block. */
export class DelineaProvider extends Construct {
  /** The binding below, for what these props do not offer. */
  readonly resource: Binding;

  constructor(scope: Construct, id: string, props: DelineaProviderProps = {}) {
    super(scope, id);
    const names = Object.keys(SECRETS) as SecretName[];
    const inClear = names.filter((name) => props[name] !== undefined && !Token.isUnresolved(props[name]));
    const safe = Object.fromEntries(Object.entries(props).filter(([name]) => !inClear.includes(name as SecretName)));
    this.resource = new Binding(this, 'Default', literal(safe as DelineaProviderProps));
    this.node.addValidation({
      validate: () =>
        inClear.map(
          (name) =>
            `${name} would be written in clear into cdk.tf.json; leave it to ${SECRETS[name]} or pass a sensitive TerraformVariable's stringValue`,
        ),
    });
  }
}
