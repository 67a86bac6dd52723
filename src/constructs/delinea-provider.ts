import { Construct } from 'constructs';
import { Token } from './gen/cdk.js';
import { DelineaProvider as Binding } from './gen/provider.js';
import { literal } from './private/literal.js';
import type { DelineaProviderProps } from './provider-props.js';

/** Settings whose text must not be written to the synthesized stack, and the environment variables to use instead. */
const SECRETS = {
  clientSecret: 'DELINEA_CLIENT_SECRET',
  scimToken: 'DELINEA_SCIM_TOKEN',
  scimClientSecret: 'DELINEA_SCIM_CLIENT_SECRET',
} as const;

type SecretName = keyof typeof SECRETS;

/** The tenant of a stack and how to log in: the provider block. */
export class DelineaProvider extends Construct {
  /** The generated binding, for settings that these props do not have. */
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
            `${name} would be written to cdk.tf.json as plain text; set ${SECRETS[name]} instead, or pass the stringValue of a sensitive TerraformVariable`,
        ),
    });
  }
}
