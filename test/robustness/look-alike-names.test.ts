import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

/** A name with a Cyrillic letter, as a hostile author writes it to grant access to another account. */
const FALSE_ADMIN = '\u0430dmin@example.com';
const FALSE_GROUP = 'ops-adrnins';

let engines: TwoEngines;

beforeEach(async () => {
  engines = await openTwoEngines({
    data: {
      users: [{ userName: 'admin@example.com' }, { userName: FALSE_ADMIN }, { userName: 'jane@example.com' }],
      groups: [{ displayName: 'ops-admins' }, { displayName: FALSE_GROUP }],
      containers: ['prod', 'pr\u043ed'],
    },
  });
});

afterEach(() => engines.close());

const MEMBER = {
  resource: {
    delinea_group: { team: { display_name: 'team', members: ['${data.delinea_user.admin.id}'] } },
    delinea_container_permission: {
      p: {
        container: 'pr\u043ed',
        right: 'Owner',
        principal_type: 'group',
        principal_id: '${data.delinea_group.ops.id}',
      },
    },
  },
  data: {
    delinea_user: { admin: { user_name: FALSE_ADMIN } },
    delinea_group: { ops: { display_name: FALSE_GROUP } },
  },
};
const DECLARED = {
  delinea_user: { a: { user_name: 'new-admin1' }, b: { user_name: 'new-adminl' }, c: { user_name: 'Müller' } },
};
const CHECK = '  do: Check each character: this may not be the name that you mean.';

describe('embedded engine', () => {
  test.each([['plan'], ['drift']])('%s: reports names of live objects that look like others', async (command) => {
    engines.declare(MEMBER.resource, { data: MEMBER.data });
    const { out } = await engines.cli(command, engines.path(''));
    expect(out).toContain(`Warning: the name of user "${FALSE_ADMIN}" mixes scripts: U+0430 is Cyrillic\n`);
    expect(out).toContain('Warning: the name of container "pr\u043ed" mixes scripts: U+043E is Cyrillic\n');
    expect(out).toContain(CHECK);
    const json = JSON.parse((await engines.cli(command, engines.path(''), '--json')).out) as {
      delinea: { findings: { code: string; level: string }[] };
    };
    expect(json.delinea.findings).toContainEqual(expect.objectContaining({ code: 'look_alike', level: 'warning' }));
  });

  test('plan: reports declared names that look alike, and lets the plan go on', async () => {
    engines.declare(DECLARED);
    const { code, out } = await engines.cli('plan', engines.path(''));
    expect(code).toBe(2);
    expect(out).toContain(
      `Warning: user "new-admin1" looks like user "new-adminl": U+0031 instead of U+006C\n  at: delinea_user.a\n${CHECK}\n`,
    );
    expect(out).not.toContain('user "Müller"');
    expect(out).toContain('Plan: 3 to add');
  });
});

describe('Terraform', () => {
  const text = async () => {
    const { out, err } = await engines.folder.run(['plan', '-no-color']);
    return `${out}${err}`.replace(/\s+/g, ' ');
  };

  terraformTest('plan: warns of names that look like others', async () => {
    engines.declare(MEMBER.resource, { data: MEMBER.data });
    const live = await text();
    expect(live).toContain(`Warning: the name of user "${FALSE_ADMIN}" mixes scripts: U+0430 is Cyrillic`);
    expect(live).toContain('Warning: the name of container "pr\u043ed" mixes scripts: U+043E is Cyrillic');
    engines.declare(DECLARED);
    const declared = await text();
    expect(declared).toMatch(/Warning: user "new-admin[1l]" looks like user "new-admin[1l]": U\+00/);
    expect(declared).not.toContain('user "Müller" looks');
    expect(declared.match(/looks like/g)).toHaveLength(1);
  });
});
