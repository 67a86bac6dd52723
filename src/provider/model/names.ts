const snakes = new Map<string, string>();

/** `userName` is `user_name` in Terraform, by rule. Asked for every attribute of every object, so remembered. */
export function snakeCase(name: string): string {
  let snake = snakes.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
    snakes.set(name, snake);
  }
  return snake;
}

/** Attribute names as Terraform writes them, inner fields included. */
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

/** `user_name` is `userName` in TypeScript and on the wire, by rule. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Attributes by their own names again, inner fields included; Terraform's `null` is unset. */
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

/** `container-permission` is `delinea_container_permission`. */
export function terraformType(kind: string): string {
  return `delinea_${kind.replaceAll('-', '_')}`;
}

/** The kind of a Terraform type, or undefined when it is another provider's. */
export function kindOf(type: string): string | undefined {
  return type.startsWith('delinea_') ? type.slice('delinea_'.length).replaceAll('_', '-') : undefined;
}

export const PROVIDER_ADDRESS = 'registry.terraform.io/delinea-iac/delinea';
