import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type CdktfProject, openCdktfProject } from '../support/cdktf/project.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(180_000);

let sim: Simulator;
let project: CdktfProject;

beforeEach(async () => {
  sim = await startSimulator({
    data: { users: [{ userName: 'audit@example.com' }], containers: ['Production'], roles: ['Platform Admin'] },
  });
  project = openCdktfProject(sim, 'examples/getting-started/main.ts', 'getting-started');
});

afterEach(async () => {
  project.remove();
  await sim.close();
});

describe('getting-started example with cdktf-cli and the installed provider', () => {
  terraformTest(
    'is planned, deployed, unchanged by a second deploy, and destroyed without deleting an object',
    async () => {
      const { run } = project;
      await run('npx delinea-iac install-provider');
      expect((await run('npx cdktf diff --skip-provider-lock')).out).toContain('6 to add, 0 to change, 0 to destroy');
      expect(sim.requests.writes).toBe(0);
      const deployed = await run('npx cdktf deploy --auto-approve --skip-provider-lock');
      expect(deployed.out).toContain('6 added, 0 changed, 0 destroyed');
      const people = sim.state();
      expect(people).toMatchObject({
        users: [
          { userName: 'audit@example.com' },
          { userName: 'jane.doe@example.com', displayName: 'Jane Doe', active: true },
          { userName: 'omar.haddad@example.com', manager: 'jane.doe@example.com', active: true },
        ],
        groups: [{ displayName: 'SRE', members: ['jane.doe@example.com', 'omar.haddad@example.com'] }],
        containerPermissions: [
          { container: 'Production', group: 'SRE', right: 'Edit' },
          { container: 'Production', user: 'audit@example.com', right: 'View' },
        ],
        roleBindings: [{ role: 'Platform Admin', user: 'jane.doe@example.com' }],
      });
      const { writes } = sim.requests;
      expect((await run('npx cdktf deploy --auto-approve --skip-provider-lock')).out).toContain('No changes.');
      expect(sim.requests.writes).toBe(writes);
      const destroyed = await run('npx cdktf destroy --auto-approve --skip-provider-lock');
      expect(destroyed.out).toContain('6 destroyed');
      expect(sim.state()).toMatchObject({
        users: people.users.map(({ id, userName }) => ({ id, userName, active: userName === 'audit@example.com' })),
        groups: [{ id: people.groups[0]!.id, displayName: 'SRE', members: [] }],
        containerPermissions: [],
        roleBindings: [],
      });
    },
  );
});
