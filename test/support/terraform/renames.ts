import { expect } from '@jest/globals';
import type { SimulatorData } from '../../../src/simulator/index.js';
import { resource, type TerraformTenant } from './tenant.js';

/** Unmanaged objects of the tenant. */
export const BESIDE: SimulatorData = {
  users: [{ userName: 'boss@example.com' }],
  containers: ['prod'],
  roles: ['Auditor'],
  containerPermissions: [{ container: 'prod', user: 'boss@example.com', right: 'Owner' }],
};

/** Returns resources of each kind at addresses that end in this text. */
export function atAddresses(at: string, ann = '', ops = '', right = 'View'): string {
  const principal = `principal_type = "user"\nprincipal_id = delinea_user.ann_${at}.id`;
  return (
    resource('user', `ann_${at}`, `user_name = "ann@example.com"\n${ann}`) +
    resource('user', `bob_${at}`, 'user_name = "bob@example.com"') +
    resource(
      'group',
      `ops_${at}`,
      `display_name = "ops"\nmembers = [delinea_user.ann_${at}.id, delinea_user.bob_${at}.id]\n${ops}`,
    ) +
    resource('container_permission', `prod_${at}`, `container = "prod"\n${principal}\nright = "${right}"`) +
    resource('role_binding', `auditor_${at}`, `role = "Auditor"\n${principal}`)
  );
}

/** Returns the tenant without permission ids, which change when the old address is removed first. */
export function access({ sim }: TerraformTenant) {
  const { containerPermissions, ...others } = sim.state();
  return { ...others, containerPermissions: containerPermissions.map(({ id: _, ...one }) => one) };
}

/**
 * Renames every address this many times, each in one apply without moved blocks, and expects an unchanged tenant.
 * @param latencyMs drawn for each rename
 */
export async function renameAll(
  tenant: TerraformTenant,
  times: number,
  latencyMs: () => number,
  ...args: string[]
): Promise<void> {
  const { declare, apply, expectNoChanges, sim } = tenant;
  declare(atAddresses('0'));
  await apply();
  const before = access(tenant);
  for (let time = 1; time <= times; time++) {
    sim.faults.set({ latencyMs: latencyMs() });
    declare(atAddresses(String(time)));
    const text = await apply(...args);
    expect(text).toContain('moved { from = delinea_user.OLD to = delinea_user.NEW }');
    expect(access(tenant)).toEqual(before);
  }
  sim.faults.clear();
  await expectNoChanges();
}
