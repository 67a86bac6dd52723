import { describe, expect } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const data = {
  users: [{ userName: 'jane@example.com' }],
  groups: [{ displayName: 'ops', members: ['jane@example.com'] }],
};

describe('computed attribute', () => {
  terraformTest('is refused in a resource when code gives an id', () =>
    withTenant({ data }, async ({ declare, refused, sim }) => {
      const [jane] = sim.state().users;
      declare(resource('user', 'a', `id = "${jane!.id}"\nuser_name = "new@example.com"`));
      expect(await refused('plan')).toContain('id is set by the tenant and cannot be configured');
      declare(`
data "delinea_user" "jane" { user_name = "jane@example.com" }
resource "delinea_group" "a" {
  id           = data.delinea_user.jane.id
  display_name = "new"
}
`);
      expect(await refused('apply')).toContain('id is set by the tenant and cannot be configured');
      expect(sim.requests.writes).toBe(0);
    }),
  );

  terraformTest('is refused in a data source when code gives members', () =>
    withTenant({ data }, async ({ declare, refused }) => {
      declare('data "delinea_group" "ops" {\ndisplay_name = "ops"\nmembers = []\n}');
      expect(await refused('plan')).toContain('members is set by the tenant and cannot be configured');
    }),
  );
});
