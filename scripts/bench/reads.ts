import { readFileSync } from 'node:fs';
import { applyPlan, connect, type Declaration, makePlan, readSettings } from 'delinea-iac/provider';
import { declare, seededUsers } from './declarations.js';
import type { Figure } from './figure.js';
import { startTenant, type TenantProcess } from './tenant-process.js';

const JULY = new URL('../../examples/kubernetes-org/data/2026-07.json', import.meta.url);

interface Organisation {
  readonly users: readonly { readonly userName: string }[];
  readonly groups: readonly {
    readonly displayName: string;
    readonly description?: string;
    readonly members: readonly string[];
  }[];
  readonly containerPermissions: readonly {
    readonly container: string;
    readonly group: string;
    readonly right: string;
  }[];
  readonly roleBindings: readonly { readonly role: string; readonly user: string }[];
}

/** Returns the organization of examples/kubernetes-org as declarations. */
function organisation(): Declaration[] {
  const data = JSON.parse(readFileSync(JULY, 'utf8')) as Organisation;
  const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const user = (name: string) => ({ ref: `delinea_user.${slug(name)}`, attribute: 'id' });
  const principal = (group: string) => ({
    principalType: 'group',
    principalId: { ref: `delinea_group.${slug(group)}`, attribute: 'id' },
  });
  return [
    ...data.users.map(({ userName }) => declare('user', slug(userName), { userName })),
    ...data.groups.map(({ displayName, description, members }) =>
      declare('group', slug(displayName), {
        displayName,
        ...(description === undefined ? {} : { description }),
        members: members.map(user),
        allowEmpty: true,
      }),
    ),
    ...data.containerPermissions.map(({ container, group, right }) =>
      declare('container-permission', `${slug(container)}-${slug(group)}`, { container, right, ...principal(group) }),
    ),
    ...data.roleBindings.map((binding) =>
      declare('role-binding', `${slug(binding.role)}-${slug(binding.user)}`, {
        role: binding.role,
        principalType: 'user',
        principalId: user(binding.user),
      }),
    ),
  ];
}

/** Plans once and returns the requests that reached the tenant. */
async function readsOfPlan(
  tenant: TenantProcess,
  declarations: readonly Declaration[],
  settings: Readonly<Record<string, string>> = {},
) {
  await tenant.requests();
  const plan = await makePlan(await connect(readSettings({}, { ...tenant.env, ...settings })), {
    stack: 'bench',
    declarations,
    owned: [],
  });
  const requests = await tenant.requests();
  if (requests.writes !== 0) throw new Error('a plan wrote to the tenant');
  return { plan, requests };
}

/** Measures the requests of plans and of one large change. */
export async function countReads(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const declarations = organisation();
  const edges =
    declarations.length +
    declarations.reduce((sum, { values }) => sum + ((values.members as unknown[] | undefined)?.length ?? 0), 0);
  for (const [idSpaces, limit, settings] of [
    ['shared', 100, { DELINEA_SURFACES: JSON.stringify([{ name: 'scim-cloud', idSpace: 'platform' }]) }],
    ['split', 115, {}],
  ] as const) {
    const tenant = await startTenant({ dataFile: JULY.pathname, idSpaces });
    const { plan, requests } = await readsOfPlan(tenant, declarations, settings);
    tenant.stop();
    const open = plan.resource_changes.filter(({ change }) => change.actions[0] !== 'no-op').length;
    figures.push({
      name: `reads, plan of kubernetes-org, ${idSpaces} ids`,
      value: requests.reads,
      limit,
      detail: `${requests.tokens} tokens apart; ${open} changes; a GET per object and edge: ${edges}`,
    });
  }
  figures.push(await countSecretServer(declarations));
  const ten = await startTenant({ seedUsers: 10_000 });
  const { requests } = await readsOfPlan(ten, seededUsers(10_000));
  ten.stop();
  figures.push({
    name: 'reads, plan of 10,000 users',
    value: requests.reads,
    limit: 105,
    detail: `${requests.tokens} tokens apart`,
  });
  figures.push(...(await countFew()), await countMembers('platform'), await countMembers('secret-server'));
  return figures;
}

/** Counts the lists that a plan reads on Secret Server, where each group has its members in a list of its own. */
async function countSecretServer(declarations: readonly Declaration[]): Promise<Figure> {
  const tenant = await startTenant({ dataFile: JULY.pathname });
  const served = declarations.map(({ values: { description: _, ...values }, ...rest }) => ({ ...rest, values }));
  const { plan, requests } = await readsOfPlan(tenant, served, { DELINEA_PROFILE: 'secret-server' });
  tenant.stop();
  const [error] = plan.delinea.findings.filter(({ level }) => level === 'error');
  if (error) throw new Error(error.message);
  const groups = served.filter(({ kind }) => kind === 'group').length;
  const holders = new Set(
    served.filter(({ kind }) => kind === 'role-binding').map(({ values }) => JSON.stringify(values.principalId)),
  ).size;
  return {
    name: 'reads, plan of kubernetes-org on secret-server',
    value: requests.reads - groups - holders,
    limit: 40,
    detail: `and ${groups} lists of members, ${holders} lists of roles: one for each group and holder`,
  };
}

/** Measures few managed users in a large tenant, where GETs are cheaper than the list, and in a small one, where the list is. */
async function countFew(): Promise<Figure[]> {
  const large = await startTenant({ seedUsers: 50_000 });
  const few = await readsOfPlan(large, seededUsers(16, 3_000));
  large.stop();
  const small = await startTenant({ seedUsers: 600 });
  const many = await readsOfPlan(small, seededUsers(16, 30));
  small.stop();
  return [
    { name: 'reads, 16 managed users in 50,000', value: few.requests.reads, limit: 20, detail: 'the list alone: 500' },
    {
      name: 'reads against the cheaper way, 16 in 600',
      value: many.requests.reads / 6,
      limit: 2,
      detail: `${many.requests.reads} reads; the list is 6, GETs are 16`,
    },
  ];
}

async function countMembers(profile: string): Promise<Figure> {
  const tenant = await startTenant({ seedUsers: 500 });
  const users = seededUsers(500);
  const settings = readSettings({}, { ...tenant.env, DELINEA_PROFILE: profile });
  const run = async (members: readonly unknown[]) => {
    const group = declare('group', 'all', { displayName: 'all', members, allowEmpty: true });
    const owned: never[] = [];
    const plan = await makePlan(await connect(settings), { stack: 'bench', declarations: [...users, group], owned });
    const nowhere = { record: async () => {}, forget: async () => {}, log: async () => {} };
    return applyPlan(await connect(settings), plan, nowhere);
  };
  await run([]);
  await tenant.requests();
  const result = await run(users.map(({ address }) => ({ ref: address, attribute: 'id' })));
  const { writes } = await tenant.requests();
  tenant.stop();
  if (!result.converged) throw new Error('the group did not converge');
  return { name: `writes, 500 members added to a group, ${profile}`, value: writes, limit: 1, detail: 'one PATCH' };
}
