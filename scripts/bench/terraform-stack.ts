/** One resource of a generated configuration, and its entry in a generated state. */
export interface GeneratedResource {
  /** Terraform's type, such as `delinea_user`. */
  readonly type: string;
  readonly name: string;
  /** The configuration, in snake_case. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Further attributes of the state: the id, defaults. */
  readonly computed: Readonly<Record<string, unknown>>;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  delinea: 'registry.terraform.io/delinea-iac/delinea',
  terraform: 'terraform.io/builtin/terraform',
};

/** Returns the configuration in HCL. JSON literals are valid HCL as long as no text contains a template. */
export function configurationOf(resources: readonly GeneratedResource[]): string {
  return resources
    .map(({ type, name, config }) => {
      const lines = Object.entries(config).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}\n`);
      return `resource "${type}" "${name}" {\n${lines.join('')}}\n`;
    })
    .join('');
}

/** Returns the state after an apply of these resources, in Terraform's format 4. Applying 5,000 would take minutes. */
export function stateOf(resources: readonly GeneratedResource[]): string {
  return JSON.stringify({
    version: 4,
    terraform_version: '1.0.0',
    serial: 1,
    lineage: '00000000-0000-4000-8000-000000000000',
    outputs: {},
    resources: resources.map(({ type, name, config, computed }) => ({
      mode: 'managed',
      type,
      name,
      provider: `provider["${PROVIDERS[type.split('_')[0]!]}"]`,
      instances: [{ schema_version: 0, attributes: { ...config, ...computed }, sensitive_attributes: [] }],
    })),
  });
}
