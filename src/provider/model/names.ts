const snakes = new Map<string, string>();

/** Converts `userName` to Terraform's `user_name`. Cached, since every attribute of every object needs it. */
export function snakeCase(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
    snakes.set(name, snake);
  }
  return snake;
}

/** Converts attribute names to Terraform's spelling, those of list elements included. */
export function snakeKeys(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      snakeCase(name),
      Array.isArray(inner) ? inner.map((item: unknown) => (isPlain(item) ? snakeKeys(item) : item)) : inner,
    ]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Converts `user_name` to `userName`, as TypeScript and the wire spell it. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Converts attribute names back to camelCase, those of list elements included. Terraform's `null` becomes unset. */
export function camelKeys(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === null) return [];
      const items = Array.isArray(inner)
        ? inner.map((item: unknown) => (isPlain(item) ? camelKeys(item) : item))
        : inner;
      return [[camelCase(name), items]];
    }),
  );
}

/** Converts the kind `container-permission` to `delinea_container_permission`. */
export function terraformType(kind: string): string {
  return `delinea_${kind.replaceAll('-', '_')}`;
}

/** Returns the kind of a Terraform type; undefined for types of other providers. */
export function kindOf(type: string): string | undefined {
  return type.startsWith('delinea_') ? type.slice('delinea_'.length).replaceAll('_', '-') : undefined;
}

/** The provider's address in Terraform's registry. */
export const PROVIDER_ADDRESS = 'registry.terraform.io/delinea-iac/delinea';
