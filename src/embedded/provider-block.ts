import { DelineaError, environmentName, isReference, settingAttributes, type Values } from '../provider/index.js';
import { attributeName, blocksIn, isBlock, readValue, TERRAFORM_HINT } from './expression.js';
import type { Faults } from './faults.js';

/** Reads the `provider "delinea"` block in camelCase; empty if there is none. `readSettings` checks the values. */
export function readProvider(section: unknown, faults: Faults): Values {
  if (section === undefined || section === null) return {};
  if (!isBlock(section)) {
    faults.add(new DelineaError('stack_invalid', 'must be an object', { path: 'provider' }));
    return {};
  }
  for (const name of Object.keys(section)) {
    if (name !== 'delinea' && name !== '//') {
      faults.add(
        new DelineaError('unsupported', `the embedded engine does not support the provider "${name}"`, {
          path: `provider.${name}`,
          hint: TERRAFORM_HINT,
        }),
      );
    }
  }
  if (!Object.hasOwn(section, 'delinea')) return {};
  const blocks = faults.attempt(() => blocksIn(section.delinea, 'provider.delinea')) ?? [];
  if (blocks.length > 1 || blocks.some(({ block }) => 'alias' in block)) {
    const hint = `Use one provider block per stack. ${TERRAFORM_HINT}`;
    faults.add(
      new DelineaError('unsupported', 'the embedded engine does not support several provider blocks or an alias', {
        path: 'provider.delinea',
        hint,
      }),
    );
    return {};
  }
  const settings = Object.entries(blocks[0]?.block ?? {}).filter(([name, value]) => name !== '//' && value !== null);
  return Object.fromEntries(
    settings.flatMap(([name, value]) => faults.attempt(() => [readSetting(name, value)]) ?? []),
  );
}

function readSetting(name: string, value: unknown): readonly [string, unknown] {
  const path = `provider.delinea.${name}`;
  const setting = attributeName(name, path);
  const known = settingAttributes.find((attribute) => attribute.name === setting);
  const hint = known ? `Remove it and set ${environmentName(setting)} in the environment.` : TERRAFORM_HINT;
  if (known?.inCode === 'allowance') {
    throw new DelineaError('unsupported', 'an allowance in code would let its own change through', {
      path,
      hint: `Remove it. Pass it on the command line, or set ${environmentName(setting)} for this run.`,
    });
  }
  const refused = () =>
    new DelineaError('unsupported', 'a provider setting must not contain an expression', { path, hint });
  let read: unknown;
  try {
    read = readValue(value, path);
  } catch (error) {
    throw error instanceof DelineaError && error.code === 'unsupported' ? refused() : error;
  }
  if (holdsReference(read)) throw refused();
  return [setting, read];
}

function holdsReference(value: unknown): boolean {
  if (isReference(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsReference);
}
