import type { Values } from '../../../src/provider/index.js';
import { type Holder, isGroup, type Stack } from './guarded-stack.js';

/** A resource of a stack: how an import names it, and what the code declares for it. */
export interface Block {
  readonly key: string;
  readonly kind: string;
  readonly text: string;
  readonly holder?: Holder;
  readonly values: Values;
  readonly members?: readonly Holder[];
}

const typeOf = (holder: Holder) => (isGroup(holder) ? 'group' : 'user');
const nameOf = (holder: Holder) => holder.replace('group:', '');

/** Returns the resources of a stack. Objects that exist and are not managed yet are taken over. */
export function blocksOf({ users, groups, rights, roles, retired }: Stack): Block[] {
  const state = { unset: {}, disabled: { active: false }, reactivated: { reactivate: 'T-1' } };
  const edge = (kind: string, scope: string, holder: Holder, values: Values): Block => ({
    key: `${kind} ${scope} ${holder}`,
    kind,
    text: `${scope},${typeOf(holder)},${nameOf(holder)}`,
    holder,
    values: { ...values, principalType: typeOf(holder) },
  });
  return [
    ...[...users].map(([name, is]) => ({
      key: name,
      kind: 'user',
      text: name,
      values: { userName: name, adopt: 'always', ...state[is] },
    })),
    ...[...groups].map(([name, members]) => ({
      key: `group:${name}`,
      kind: 'group',
      text: name,
      values: { displayName: name, adopt: 'always', allowEmpty: true },
      members,
    })),
    ...[...rights.values()].map(({ scope, holder, right }) =>
      edge('container-permission', scope, holder, { container: scope, right }),
    ),
    ...[...roles.values()].map(({ scope, holder }) => edge('role-binding', scope, holder, { role: scope })),
    ...[...retired].map((container) => ({
      key: `retired ${container}`,
      kind: 'container-permissions',
      text: container,
      values: { container, grants: [], retired: true },
    })),
  ];
}
