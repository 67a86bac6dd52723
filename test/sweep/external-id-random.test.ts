import { expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import { type Random, randomFrom } from '../support/generate/random.js';
import { user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const PROVIDED = ['a', 'b', 'c', 'd'];
const OURS = ['n', 'o'];
/** A user with an externalId from code, which no identity provider claims. */
const KEYED = 'm';
const DEPARTMENTS = ['Kitchen', 'Cellar'];

/** Returns the attributes that an identity provider controls, by externalId. */
function decided({ sim }: Workbench): Map<string, unknown> {
  const provided = sim.state().users.filter(({ externalId }) => externalId?.startsWith('idp-'));
  const map = new Map(
    provided.map(({ id, externalId, userName, displayName, name, emails, active }) => [
      externalId!,
      { id, userName, displayName, name, emails, active },
    ]),
  );
  // Two users with one externalId are the duplicate that the vendor warns of.
  expect(map.size).toBe(provided.length);
  return map;
}

/** Draws declarations: users appear, leave, are renamed, changed, disabled and enabled, without keys of the provider. */
function drawCode(random: Random, round: number): Declaration[] {
  return random.some([...PROVIDED, ...OURS, KEYED], 0.7).map((name) => {
    const maybe = (share: number, values: Record<string, unknown>) => (random.chance(share) ? values : {});
    return user(name, {
      ...maybe(0.2, { userName: `${name}${random.below(2)}@example.com`, previousNames: [`${name}@example.com`] }),
      ...maybe(0.3, { displayName: `Name ${random.below(3)}` }),
      ...maybe(0.2, { familyName: random.pick(['', 'Doe']) }),
      ...maybe(0.2, { emails: random.some([{ value: 'x@example.com' }, { value: 'y@example.com' }], 0.5) }),
      ...maybe(0.2, { active: random.chance(0.5) }),
      ...maybe(0.3, { department: random.pick(DEPARTMENTS) }),
      ...maybe(0.3, { reactivate: `INC-${round}` }),
      ...maybe(0.5, { adopt: 'always' }),
      ...maybe(0.2, { onRemoval: random.pick(['delete', 'retain']) }),
      ...maybe(name === KEYED ? 0.5 : 0, { externalId: `own-${random.below(2)}` }),
    });
  });
}

/** Simulates the identity provider: it changes one of its users or claims one of ours. */
function drawEvent({ sim }: Workbench, random: Random): void {
  const users = sim
    .state()
    .users.filter(({ userName }) => !userName.startsWith(KEYED))
    .filter(({ externalId }) => externalId === undefined || random.chance(0.3));
  if (users.length === 0) return;
  const { userName, externalId } = random.pick(users);
  const key = externalId?.startsWith('idp-') ? externalId : `idp-${userName}`;
  sim.admin.editUser(userName, {
    externalId: key,
    active: random.chance(0.7),
    displayName: `Theirs ${random.below(9)}`,
  });
}

const surfaces = ['platform-rest', 'platform-scim', 'scim-cloud'];
const seeds = Array.from({ length: 6 }, (_, index) => index + 1);

test.each(surfaces)(
  "external id: an identity provider's attributes stay unchanged when random plans run over %s",
  async (surface) => {
    let refused = 0;
    let changed = 0;
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const users = PROVIDED.map((name) => ({ userName: `${name}@example.com`, externalId: `idp-${name}` }));
      const bench = await openWorkbench({
        leanLists: seed % 2 === 0,
        data: { users },
        provider: {
          routing: [{ kind: 'user', surface }],
          externalIdFrom: 'userName',
          allowDelete: true,
          visibilitySeconds: 0,
        },
      });
      try {
        for (let round = 0; round < 8; round++) {
          const plan = await bench.plan(drawCode(random, round));
          // In half of the rounds the provider changes a user between plan and apply.
          if (random.chance(0.5)) drawEvent(bench, random);
          const before = decided(bench);
          const result = await bench.apply(plan);
          expect([seed, round, decided(bench)]).toEqual([seed, round, before]);
          refused += plan.delinea.findings.filter(({ code }) => code === 'not_ours').length;
          changed += result.done;
        }
      } finally {
        await bench.close();
      }
    }
    // Enough changes were refused, and enough were carried out, for the test to mean something.
    expect(refused).toBeGreaterThan(20);
    expect(changed).toBeGreaterThan(20);
  },
);
