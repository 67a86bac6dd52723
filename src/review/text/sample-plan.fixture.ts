import {
  ACTION_OF,
  type Operation,
  type Plan,
  PROVIDER_ADDRESS,
  type ResourceChange,
  type SettingChange,
  terraformType,
  type Values,
} from '../../provider/index.js';

/** Returns a plan for tests, in the form that the planner makes. */
export function samplePlan(changes: readonly ResourceChange[], more: Partial<Plan['delinea']> = {}): Plan {
  return {
    format_version: '1.2',
    timestamp: '2026-01-01T00:00:00.000Z',
    applyable: changes.length > 0,
    complete: true,
    errored: false,
    resource_changes: changes,
    delinea: {
      stack: 'people',
      tenant: 'https://acme.delinea.app',
      origins: ['https://acme.delinea.app'],
      accounts: ['runner'],
      ledger: true,
      findings: [],
      evidence: { orphans: [], protectedInside: {}, unread: [] },
      names: {
        user: { 'id-jane': { name: 'jane@example.com' }, 'id-bob': { name: 'bob@example.com' } },
        container: { 'id-prod': { name: 'prod' } },
      },
      cost: { lists: 0, gets: 0, writes: 0, tokens: 0, waits: 0 },
      ...more,
    },
  };
}

export function sampleChange(
  operation: Operation,
  kind: string,
  name: string,
  {
    label = name,
    desired = {},
    before = {},
    changed = Object.keys(before),
    settingChanges,
  }: {
    label?: string;
    desired?: Values;
    before?: Values;
    changed?: readonly string[];
    settingChanges?: readonly SettingChange[];
  } = {},
): ResourceChange {
  const type = terraformType(kind);
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    provider_name: PROVIDER_ADDRESS,
    change: {
      actions: [ACTION_OF[operation]],
      before: operation === 'create' ? null : before,
      after: null,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
    delinea: {
      key: `${type}.${name}`,
      kind,
      surface: 'platform-rest',
      operation,
      label,
      ...(operation === 'create' ? {} : { id: `id-${name}` }),
      desired,
      before,
      changed,
      after: [],
      settingChanges,
    },
  };
}
