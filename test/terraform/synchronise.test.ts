import { describe, expect, jest } from '@jest/globals';
import { resource, type TerraformTenant, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const NOW = 'POST /SecretServer/api/v1/platform/synchronization-now';
const users = `resource "delinea_user" "u" {\n  count = 12\n  user_name = "u\${count.index}@example.com"\n}\n`;
const sent = ({ sim }: TerraformTenant, line: string) =>
  sim.log.filter(({ method, path }) => `${method} ${path}` === line).length;

describe('synchronisation after creates on the Platform', () => {
  terraformTest(
    'is sent for all creates, fewer times than there are creates, and a right on Secret Server finds the user',
    () =>
      withTenant({ secretServer: 'mirror', data: { containers: ['prod'] } }, async (tenant) => {
        const right =
          'container = "prod"\nprincipal_type = "user"\nprincipal_id = delinea_user.u[11].id\nright = "View"';
        tenant.env.DELINEA_ROUTING = JSON.stringify([
          { kind: 'container', surface: 'secret-server' },
          { kind: 'container-permission', surface: 'secret-server' },
        ]);
        tenant.declare(users + resource('container_permission', 'p', right));
        await tenant.apply();
        const times = sent(tenant, NOW);
        expect(times).toBeGreaterThan(0);
        expect(times).toBeLessThan(12);
        const last = (match: (line: string) => boolean) =>
          tenant.sim.log.findLastIndex(({ method, path }) => match(`${method} ${path}`));
        expect(last((line) => line === 'POST /api/v1/users')).toBeLessThan(last((line) => line === NOW));
        expect(tenant.sim.state().containerPermissions).toMatchObject([{ container: 'prod', user: 'u11@example.com' }]);
        tenant.sim.resetRequests();
        await tenant.expectNoChanges();
        expect(sent(tenant, NOW)).toBe(0);
      }),
  );

  terraformTest('a failure is one warning, is not repeated, and the apply succeeds', () =>
    withTenant(
      {
        secretServer: 'mirror',
        faults: { faults: [{ kind: 'status', status: 403, method: 'POST', path: '/platform/synchronization-now' }] },
      },
      async (tenant) => {
        tenant.declare(users);
        const text = await tenant.apply();
        expect(text.match(/new users and groups may appear late in Secret Server REST/g)).toHaveLength(1);
        expect(sent(tenant, NOW)).toBe(1);
        expect(tenant.sim.state().users).toHaveLength(12);
      },
    ),
  );
});
