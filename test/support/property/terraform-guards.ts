import { expect } from '@jest/globals';
import { snakeCase } from '../../../src/provider/index.js';
import { expectedRefusals, readRefusals } from '../assert/expected-refusals.js';
import { type Block, blocksOf } from '../generate/guarded-blocks.js';
import { ADMIN_ROLES, addressPart, type Holder, OWN, type Stack } from '../generate/guarded-stack.js';
import { drawCase } from '../generate/guarded-tenant.js';
import { randomFrom } from '../generate/random.js';
import { drawUnknown, type Unknown } from '../generate/unknown-values.js';
import { withTenant } from '../terraform/tenant.js';

/** A value that only the apply knows. */
const LATER = 'terraform_data.later.output';
const ADMIN = `admin_roles = ${JSON.stringify(ADMIN_ROLES)}`;

function hclOf(stack: Stack, unknown: Unknown): string {
  const blocks = blocksOf(stack);
  const types = new Map(blocks.map(({ key, kind }) => [key, `delinea_${snakeCase(kind)}.${addressPart(key)}`]));
  const idOf = (holder: Holder) => `${types.get(holder)}.id`;
  const bodyOf = ({ key, values, holder, members }: Block) => {
    const hidden = unknown.get(key);
    const list = members && `[${[...(hidden?.members ?? members).map(idOf), ...(hidden?.members ? [LATER] : [])]}]`;
    const later = { active: `${LATER} == "yes"`, right: LATER, members: `split(",", ${LATER})` };
    const body = {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [snakeCase(name), JSON.stringify(value)])),
      ...(holder === undefined ? {} : { principal_id: idOf(holder) }),
      ...(list ? { members: list } : {}),
      ...Object.fromEntries(Object.entries(later).filter(([name]) => name === hidden?.attribute)),
    };
    return Object.entries(body).map(([name, value]) => `  ${name} = ${value}\n`);
  };
  const resources = blocks.map(
    (block) =>
      `resource "delinea_${snakeCase(block.kind)}" "${addressPart(block.key)}" {\n${bodyOf(block).join('')}}\n`,
  );
  return `${resources.join('')}resource "terraform_data" "later" { input = timestamp() }\n`;
}

/**
 * Plans random changes of one random tenant with the real terraform, and expects a refusal if {@link expectedRefusals} has
 * one. Terraform plans nothing that depends on a refused resource, so its counts may be lower.
 */
export async function checkTerraform(seed: number, changes: number, isKnown: boolean): Promise<void> {
  const random = randomFrom(seed);
  const { tenant, before, after } = drawCase(random, changes);
  await withTenant({ data: tenant, numbered: seed % 2 === 0 }, async ({ declare, apply, attempt, sim, env }) => {
    declare(hclOf(before, new Map()), ADMIN);
    // The ids of adopted members are not known yet, and may be others.
    env.DELINEA_ALLOW_REMOVALS = '9999';
    await apply();
    delete env.DELINEA_ALLOW_REMOVALS;
    expect(sim.requests.writes).toBe(0);
    for (const [index, stack] of after.entries()) {
      const { unknown, worst } = isKnown ? { unknown: new Map(), worst: stack } : drawUnknown(before, stack, random);
      declare(hclOf(stack, unknown), ADMIN);
      const { code, text } = await attempt('plan', ...(index % 2 === 0 ? [] : ['-parallelism=500']));
      const expected = expectedRefusals(tenant, before, worst, OWN).filter((reason) => isKnown || /^\d/.test(reason));
      const errors = text.split('Error: ').slice(1);
      const other = errors.filter((error) => readRefusals([error])[0] === error);
      expect([seed, index, code, other]).toEqual([seed, index, expected.length > 0 ? 1 : 0, []]);
    }
  });
}
