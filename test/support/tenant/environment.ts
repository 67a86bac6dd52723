import { environmentName } from '../../../src/provider/index.js';

/** Returns provider settings, in camelCase or snake_case, as environment variables, which may set what code may not. */
export function environmentOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const variables = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    variables.map(([name, value]) => [
      environmentName(name),
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
