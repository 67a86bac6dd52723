import { describe, expect } from '@jest/globals';
import { onTenant, resource } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const data = {
  users: [{ userName: 'jane@example.com' }],
  groups: [{ displayName: 'ops', members: ['jane@example.com'] }],
};

describe('what only the tenant says is not taken from code', () => {
  terraformTest('an id of somebody else makes nobody', () =>
    onTenant({ data }, async ({ declare, refused, sim }) => {
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

  terraformTest('nor is what a data source finds', () =>
    onTenant({ data }, async ({ declare, refused }) => {
      declare('data "delinea_group" "ops" {\ndisplay_name = "ops"\nmembers = []\n}');
      expect(await refused('plan')).toContain('members is set by the tenant and cannot be configured');
    }),
  );
});
