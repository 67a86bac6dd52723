import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, jest } from '@jest/globals';
import { openTwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const jane = { jane: { user_name: 'jane@example.com' } };
const bob = { bob: { user_name: 'bob@example.com' } };

terraformTest('second export: it is refused when an earlier state would remove an object', async () => {
  const engines = await openTwoEngines({});
  const { sim, folder, path, declare, cli } = engines;
  const done = async (...args: string[]) => {
    const ended = await cli(...args);
    expect(ended).toMatchObject({ code: 0, err: '' });
    return ended.out;
  };
  const terraform = async (...args: string[]) => {
    const ended = await folder.run(args);
    expect(ended).toMatchObject({ code: 0, err: '' });
    return ended.out;
  };
  const shell = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder.path });
  try {
    declare({ delinea_user: { ...jane, ...bob } });
    await done('apply', folder.path, '--auto-approve', '--init-ledger');
    const first = await done('export-terraform', folder.path);
    expect(first).toContain('No local Terraform state was found');
    expect(await terraform('apply', '-auto-approve')).toContain('2 imported, 0 added, 0 changed');
    declare({ delinea_user: jane });
    expect((await folder.run(['plan'])).err).toContain('Resource has no configuration');
    shell(/^ {2}(rm .*)$/m.exec(first)![1]!);
    expect(existsSync(path('imports.tf'))).toBe(false);
    expect(await terraform('plan')).toContain('1 to destroy');

    declare({ delinea_user: { ...jane, ...bob } });
    await done('apply', folder.path, '--auto-approve');
    declare({ delinea_user: jane });
    await done('apply', folder.path, '--auto-approve');
    sim.admin.editUser('bob@example.com', { active: true });
    const { code, err } = await cli('export-terraform', folder.path);
    expect([code, err]).toEqual([1, expect.stringContaining('would remove them: delinea_user.bob\n')]);
    expect(existsSync(path('imports.tf'))).toBe(false);
    await terraform('state', 'rm', 'delinea_user.bob');
    expect(await done('export-terraform', folder.path)).not.toContain('No local Terraform state was found');
    expect(await terraform('plan')).toMatch(/No changes/);
    expect(sim.state().users.find(({ userName }) => userName === 'bob@example.com')).toMatchObject({ active: true });
  } finally {
    await engines.close();
  }
});
