import type { Random } from '../../generate/random.js';
import { addressOf, type Block, type HclValue } from './configuration.js';
import {
  BOSS,
  defined,
  drawEdgeRemoval,
  drawGrants,
  drawHolders,
  drawMembers,
  drawRight,
  drawUserValues,
  type Principal,
} from './draw.js';

/** Draws a changed configuration: names and values change, attributes leave the code, resources appear and leave. */
export function drawChange(before: readonly Block[], random: Random): Block[] {
  const gone = new Set(
    before.filter((block) => random.chance(0.1) && !isDeletionNoticed(block, before)).map(addressOf),
  );
  const stays = before.filter((block) => !gone.has(addressOf(block)) && !needs(block, gone));
  for (const block of before) if (!stays.includes(block)) gone.add(addressOf(block));
  const kept = stays.map((block) => ({ ...block, values: without(block.values, gone) }));
  const deletes = before.some((block) => gone.has(addressOf(block)) && block.values.on_removal === 'delete');
  const users: string[] = [];
  const members: HclValue[] = [BOSS];
  const principals: Principal[] = [];
  const changed = kept.map((block) => {
    const next = changeOf(block, { random, users, members, principals, deletes });
    const id = { ref: `${addressOf(block)}.id` };
    if (block.type === 'delinea_user') users.push(addressOf(block));
    if (block.type === 'delinea_user' || block.type === 'delinea_group') {
      members.push(id);
      principals.push({ kind: block.type === 'delinea_user' ? 'user' : 'group', id });
    }
    return next;
  });
  const newcomer: Block = {
    type: 'delinea_user',
    name: 'n',
    values: defined({ user_name: 'new@example.com', ...drawUserValues(random, users) }),
  };
  return random.chance(0.5) ? [...changed, newcomer] : changed;
}

/** Returns whether deleting the object changes other resources, which Terraform reports as a change outside of code. */
function isDeletionNoticed(block: Block, all: readonly Block[]): boolean {
  const id = `"${addressOf(block)}.id"`;
  const refersToIt = ({ type, values }: Block) => type !== 'delinea_group' && JSON.stringify(values).includes(id);
  return block.values.on_removal === 'delete' && all.some(refersToIt);
}

interface Context {
  readonly random: Random;
  readonly users: readonly string[];
  readonly members: readonly HclValue[];
  readonly principals: readonly Principal[];
  /** Whether a user is deleted, who would then be missing in a list that code no longer declares. */
  readonly deletes: boolean;
}

function changeOf(block: Block, { random, users, members, principals, deletes }: Context): Block {
  const { type, name, values } = block;
  const as = (change: Readonly<Record<string, HclValue | undefined>>): Block => ({
    type,
    name,
    values: defined({ ...values, ...change }),
  });
  if (random.chance(0.25)) return block;
  switch (type) {
    case 'delinea_user': {
      const drawn = drawUserValues(random, users);
      const some = Object.fromEntries(random.some(Object.entries(drawn), 0.4));
      const revives = values.active === false && some.active !== false && 'active' in some;
      return as({
        ...(name.startsWith('k') ? { ...some, active: values.active } : some),
        ...(revives ? { reactivate: 'T-1' } : {}),
        // The earlier name must be listed, in any case.
        ...(random.chance(0.3)
          ? {
              user_name: renamed(String(values.user_name), random),
              previous_names: [String(values.user_name).toUpperCase()],
            }
          : {}),
        ...(random.chance(0.3) ? { on_removal: random.pick([undefined, 'deactivate', 'retain', 'delete']) } : {}),
        ...(random.chance(0.2) ? { external_id: random.pick([undefined, `other-${name}`]) } : {}),
      });
    }
    case 'delinea_group':
      return as({
        ...(random.chance(0.5)
          ? { members: drawMembers(random, members) ?? (deletes ? values.members : undefined) }
          : {}),
        ...(random.chance(0.3) ? { description: random.pick([undefined, null, '', 'Changed']) } : {}),
        ...(random.chance(0.2) ? { display_name: renamed(String(values.display_name), random) } : {}),
      });
    case 'delinea_container_permission':
      return as({ right: drawRight(random), ...(random.chance(0.2) ? { on_removal: drawEdgeRemoval(random) } : {}) });
    case 'delinea_container_permissions':
      return as({ grants: drawGrants(random, principals) });
    case 'delinea_role_bindings':
      return as({ holders: drawHolders(random, principals) });
    default:
      return as({ on_removal: drawEdgeRemoval(random) });
  }
}

/** Returns the name in another case, or another name. */
function renamed(name: string, random: Random): string {
  return random.chance(0.4) ? name.toUpperCase() : `renamed-${name}`;
}

/** Returns whether a block is invalid without the removed resources. */
function needs({ type, values }: Block, gone: ReadonlySet<string>): boolean {
  return type.endsWith('_permission') || type.endsWith('_binding') ? refersToRemoved(values.principal_id, gone) : false;
}

function refersToRemoved(one: HclValue | undefined, gone: ReadonlySet<string>): boolean {
  if (typeof one !== 'object' || one === null) return false;
  if ('ref' in one) return gone.has((one.ref as string).replace(/\.id$/, ''));
  return (
    'fields' in one &&
    Object.values(one.fields as Record<string, HclValue>).some((inner) => refersToRemoved(inner, gone))
  );
}

function without(values: Block['values'], gone: ReadonlySet<string>): Record<string, HclValue> {
  return defined(
    Object.fromEntries(
      Object.entries(values).map(([key, one]) => {
        if (Array.isArray(one)) return [key, one.filter((element: HclValue) => !refersToRemoved(element, gone))];
        return [key, refersToRemoved(one, gone) ? undefined : one];
      }),
    ),
  );
}
