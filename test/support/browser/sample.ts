import type { TenantAccess } from '../../../src/provider/index.js';
import { readTerraformPlan, reviewPage, reviewPlan, statesOf } from '../../../src/review/index.js';

type Plain = { readonly kind: string; readonly id: string };

/** A tenant, and a plan of Terraform for it. */
export interface Sample {
  readonly live: TenantAccess;
  readonly plan: object;
}

const user = (name: string, id = name) => ({ kind: 'user', id, name: `${name}@example.com`, active: true });
const group = (name: string, members: readonly Plain[]) => ({
  kind: 'group',
  id: name,
  name,
  members: members.map(({ kind, id }) => ({ kind, id })),
});
const container = (name: string, more = {}) => ({ kind: 'container', id: name, name, ...more });
const grant = (principal: Plain, scope: Plain, right: string) => ({
  kind: scope.kind === 'role' ? 'role-binding' : 'container-permission',
  id: `${principal.id}/${scope.id}`,
  principal: { kind: principal.kind, id: principal.id },
  scope: { kind: scope.kind, id: scope.id },
  rights: scope.kind === 'role' ? {} : { right },
});
const change = (type: string, name: string, actions: string[], before: object | null, after: object | null) => ({
  address: `delinea_${type}.${name}`,
  mode: 'managed',
  type: `delinea_${type}`,
  change: { actions, before, after, after_unknown: {} },
});
const permission = (principal: Plain, scope: Plain, right: string) => ({
  container: scope.id,
  principal_type: principal.kind,
  principal_id: principal.id,
  right,
});
const members = (list: readonly Plain[]) => list.map(({ id }) => id);

/**
 * Returns a tenant in which a group of 400 people gains a right, a nested group another one, and a person leaves a group.
 * @param names names of a user, a group and a container that gain or give access
 */
export function sample(names: readonly string[] = ['nina@example.com', 'dba', 'payments-prod']): Sample {
  const [person, team, folder] = names as [string, string, string];
  const crowd = Array.from({ length: 400 }, (_, index) => user(`engineer${String(index + 1).padStart(3, '0')}`));
  const [kim, lee, sam] = [user('kim'), user('lee'), user('sam')];
  const nina = { ...user('nina'), name: person };
  const engineering = group('engineering', crowd);
  const dba = { ...group('dba', [kim]), name: team };
  const onCall = group('on-call', [lee, sam]);
  const platform = group('platform', [{ kind: 'group', id: 'on-call' }]);
  const payments = { ...container('payments-prod'), name: folder };
  const [docs, stage, backups] = [
    container('docs'),
    container('payments-stage'),
    container('backups', { parent: 'payments-prod', inherits: true }),
  ];
  const admin = { kind: 'role', id: 'platform admin', name: 'Platform Admin' };
  const live = {
    format: 'access snapshot 1',
    tenant: 'https://acme.delinea.example',
    taken: '2026-11-29T08:00:00Z',
    principals: [...crowd, kim, lee, sam, nina, engineering, dba, onCall, platform],
    scopes: [payments, docs, stage, backups, admin],
    grants: [
      grant(dba, payments, 'Owner'),
      grant(engineering, stage, 'View'),
      grant(sam, payments, 'View'),
      grant(kim, docs, 'View'),
    ],
    unread: [],
  } as unknown as TenantAccess;
  const groupOf = (each: { readonly id: string; readonly name: string }, list: readonly Plain[]) => ({
    id: each.id,
    display_name: each.name,
    members: members(list),
  });
  const plan = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: [
      change('group', 'dba', ['update'], groupOf(dba, [kim]), groupOf(dba, [nina])),
      change('container_permission', 'docs', ['create'], null, permission(engineering, docs, 'Edit')),
      change('container_permission', 'stage', ['create'], null, permission(platform, stage, 'Owner')),
      change('role_binding', 'admin', ['create'], null, {
        role: admin.name,
        principal_type: 'user',
        principal_id: lee.id,
      }),
    ],
  };
  return { live, plan };
}

/** Returns a tenant in which each of many people gains another right on one of their own folders. */
export function wideSample(count: number): Sample {
  const people = Array.from({ length: count }, (_, index) => user(`person${index}`));
  const folders = people.map(({ id }) => container(`folder of ${id}`));
  const live = { ...sample().live, principals: people, scopes: folders, grants: [] };
  const changes = people.map((person, index) =>
    change('container_permission', `p${index}`, ['create'], null, permission(person, folders[index]!, 'Edit')),
  );
  return { live, plan: { format_version: '1.2', terraform_version: '1.11.4', resource_changes: changes } };
}

/** Returns the page of the review of a sample. @param basis `declared`: as without a snapshot */
export function samplePage({ live, plan }: Sample, basis: 'live' | 'declared' = 'live'): string {
  const read = readTerraformPlan(plan, live);
  const states = statesOf(live, read);
  return reviewPage(reviewPlan(states, read, basis, { assertions: [], labels: [] }), states);
}
