import { expect, test } from '@jest/globals';
import { planDigest } from '../../src/provider/index.js';
import { grant, group, membersOf, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench } from '../support/tenant/workbench.js';

test.each(['shared', 'split'] as const)(
  'plan digest: it does not depend on the order of responses with %s ids',
  async (idSpaces) => {
    const people = [...Array(12).keys()].map((n) => user(`u${n}`));
    const bench = await openWorkbench({
      idSpaces,
      data: {
        users: [...Array(8).keys()].map((n) => ({ userName: `x${n}@example.com` })),
        groups: [{ displayName: 'ops' }, { displayName: 'dev' }],
        containers: ['prod', 'test', 'lab'],
        roles: ['Auditor', 'Admin'],
      },
    });
    try {
      const sre = group('sre', membersOf(people[0]!, people[1]!));
      await bench.converge([
        ...people,
        sre,
        allGrants('prod', 'prod', [
          [people[0]!, 'Owner'],
          [sre, 'View'],
        ]),
        allHolders('a', 'Auditor', [people[2]!]),
      ]);
      const { admin } = bench.sim;
      for (let n = 0; n < 8; n++) {
        admin.grant(['prod', 'test', 'lab'][n % 3]!, { user: `x${n}@example.com` }, 'Edit');
        admin.bindRole(['Auditor', 'Admin'][n % 2]!, { user: `x${n}@example.com` });
      }
      admin.grant('prod', { group: 'ops' }, 'Owner');
      const target = [
        ...people.slice(0, 9),
        user('new'),
        group('sre', membersOf(people[1]!, people[3]!)),
        allGrants('prod', 'prod', [
          [people[0]!, 'Owner'],
          [people[4]!, 'View'],
        ]),
        allGrants('test', 'test', [[people[0]!, 'Owner']]),
        allHolders('a', 'Auditor', [people[5]!]),
        grant('lab', 'lab', people[6]!, 'Edit'),
      ];
      const digests = new Set<string>();
      for (let run = 0; run < 4; run++) {
        const jitter = setInterval(() => bench.sim.faults.set({ latencyMs: Math.random() * 12 }), 1);
        digests.add(planDigest(await bench.plan(target).finally(() => clearInterval(jitter))));
      }
      expect(digests.size).toBe(1);
    } finally {
      await bench.close();
    }
  },
);
