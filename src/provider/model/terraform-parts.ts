import type { Plan, ResourceChange } from './plan.js';
import type { Values } from './values.js';

/** The version of Terraform whose plan JSON a plan follows; readers refuse a plan without one. */
const TERRAFORM_VERSION = '1.11.0';

/** Parts of Terraform's plan JSON that follow from the changes. Programs that check a plan read them instead. */
export interface TerraformParts {
  readonly terraform_version: string;
  readonly planned_values: { readonly root_module: Module };
  readonly prior_state: {
    readonly format_version: '1.0';
    readonly terraform_version: string;
    readonly values: { readonly root_module: Module };
  };
}

interface Module {
  readonly resources: readonly Values[];
}

/**
 * Returns every object as it will be and as it was. `configuration` is left out: a plan has ids in place of the
 * references that it could resolve, so it does not show the code.
 */
export function terraformParts({ resource_changes }: Pick<Plan, 'resource_changes'>): TerraformParts {
  return {
    terraform_version: TERRAFORM_VERSION,
    planned_values: { root_module: valuesOf(resource_changes, 'after') },
    prior_state: {
      format_version: '1.0',
      terraform_version: TERRAFORM_VERSION,
      values: { root_module: valuesOf(resource_changes, 'before') },
    },
  };
}

function valuesOf(changes: readonly ResourceChange[], side: 'before' | 'after'): Module {
  return {
    resources: changes.flatMap(({ address, mode, type, name, provider_name, change }) => {
      const values = change[side];
      if (values === null) return [];
      return [{ address, mode, type, name, provider_name, schema_version: 0, values, sensitive_values: {} }];
    }),
  };
}
