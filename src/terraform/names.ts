/** The one rule between camelCase (TypeScript, the wire) and snake_case (Terraform), and between kinds and resource types. */

const PREFIX = 'delinea_';

/** `userName` is `user_name`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `user_name` is `userName`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The kind `container-permission` is the Terraform type `delinea_container_permission`. */
export function terraformType(kind: string): string {
  return PREFIX + kind.replaceAll('-', '_');
}

/** The Terraform type `delinea_container_permission` is the kind `container-permission`; undefined for a type of another provider. */
export function kindOf(type: string): string | undefined {
  return type.startsWith(PREFIX) ? type.slice(PREFIX.length).replaceAll('_', '-') : undefined;
}
