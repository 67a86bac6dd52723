import { expect, jest } from '@jest/globals';
import { resource, withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

terraformTest('import: the error explains the id format or the unknown setting when no object matches', () =>
  withTenant(
    { data: { users: [{ userName: 'jane@example.com' }], containers: ['prod'], roles: ['Auditor'] } },
    async (tenant) => {
      const jane = resource('user', 'jane', 'user_name = "jane@example.com"');
      const edge = [
        'container = "prod"',
        'principal_type = "user"',
        'principal_id = delinea_user.jane.id',
        'right = "View"',
      ];
      const whole = resource('container_permissions', 'all', 'container = "prod"\ngrants = []');
      const binding = resource('role_binding', 'one', ['role = "Auditor"', ...edge.slice(1, 3)].join('\n'));
      tenant.declare(jane + resource('container_permission', 'one', edge.join('\n')) + whole + binding);
      const errorOf = async (address: string, id: string) => {
        const { code, text } = await tenant.attempt('import', address, id);
        expect(code).toBe(1);
        expect(text).not.toContain('Declare it');
        return text;
      };
      const form = 'The text of an import is <container>,user|group,<user_name, display_name or id>, or its id.';
      for (const id of [
        'prod',
        'PROD,USER,jane@example.com',
        'prod, user, jane@example.com',
        'prod,user,bob@example.com',
      ]) {
        expect(await errorOf('delinea_container_permission.one', id)).toContain(form);
      }
      const wrong = [
        'Auditor,user',
        'Auditor',
        'Auditor/user/jane@example.com',
        'user//Auditor',
        'Auditor,team,jane@example.com',
        ',,',
      ];
      for (const id of [...wrong, 'Auditor,user,bob@example.com', 'user,jane@example.com,Auditor']) {
        expect(await errorOf('delinea_role_binding.one', id)).toContain(
          'The text of an import is <role>,user|group,<user_name, display_name or id>, or its id.',
        );
      }
      tenant.sim.admin.bindRole('Auditor', { user: 'jane@example.com' });
      expect((await tenant.attempt('import', 'delinea_role_binding.one', 'Auditor,user,jane@example.com')).code).toBe(
        0,
      );
      expect(await errorOf('delinea_user.jane', 'bob')).toContain('The text of an import is its user_name, or its id.');
      for (const [address, id] of [
        ['delinea_user.jane', 'jane@example.com?on_remova=retain'],
        ['delinea_container_permission.one', 'prod,user,jane@example.com?on_remova=retain'],
        ['delinea_container_permissions.all', 'prod?on_remova=retain'],
      ] as const) {
        expect(await errorOf(address, id)).toContain(`"${id}", and "on_remova" is not a setting of a`);
      }
    },
  ),
);
