import { Construct, type IConstruct } from 'constructs';
import { TerraformStack, Token } from './gen/cdk.js';
import { DelineaProvider as Binding } from './gen/provider.js';
import { visible } from './gen/visible.js';
import { literal } from './private/literal.js';
import type { DelineaProviderProps } from './provider-props.js';

/** Settings whose text must not be written to the synthesized stack, and the environment variables to use instead. */
const SECRETS = {
  clientSecret: 'DELINEA_CLIENT_SECRET',
  scimToken: 'DELINEA_SCIM_TOKEN',
  scimClientSecret: 'DELINEA_SCIM_CLIENT_SECRET',
  secretServerPassword: 'DELINEA_SECRET_SERVER_PASSWORD',
  secretServerClientSecret: 'DELINEA_SECRET_SERVER_CLIENT_SECRET',
  secretServerScimToken: 'DELINEA_SECRET_SERVER_SCIM_TOKEN',
  connectorToken: 'DELINEA_CONNECTOR_TOKEN',
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
      validate: () => [
        ...inClear.map(
          (name) =>
            `${name} would be written to cdk.tf.json as plain text; set ${SECRETS[name]} instead, or pass the stringValue of a sensitive TerraformVariable`,
        ),
        ...this.duplicateErrors().map(visible),
      ],
    });
  }

  /** Terraform accepts one block for each alias, and one without. */
  private duplicateErrors(): readonly string[] {
    const { alias } = this.resource;
    const [first] = blocksOf(TerraformStack.of(this)).filter((block) => block.alias === alias);
    if (!first || first === this.resource) return [];
    const which = alias === undefined ? 'without an alias' : `with the alias "${alias}"`;
    return [
      `the stack has two providers ${which}, ${pathOf(first)} and ${pathOf(this.resource)}; remove one, or give it an alias of its own`,
    ];
  }
}

/** Returns the provider blocks of a stack in the order of their declaration. */
function blocksOf(stack: TerraformStack): readonly Binding[] {
  const isBlock = (node: IConstruct): node is Binding =>
    (node as Partial<Binding>).terraformResourceType === Binding.tfResourceType;
  return stack.node.findAll().filter((node) => isBlock(node) && TerraformStack.of(node) === stack) as Binding[];
}

/** Returns the path of a provider: of the construct, if the block is in one. */
function pathOf(block: Binding): string {
  const { scope } = block.node;
  return (scope as Partial<DelineaProvider> | undefined)?.resource === block ? scope!.node.path : block.node.path;
}
