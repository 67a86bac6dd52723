import { GROUP_CHECKS, mergeFields } from '../directory/fields.js';
import type { GroupFields, MemberType } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { readMembers } from './members.js';
import { type Attributes, type PatchOperation, readOperations } from './patch-operations.js';
import { readFilter } from './scim-filter.js';
import type { ScimService } from './scim-service.js';

const GROUP_ATTRIBUTES: Attributes = {
  displayName: undefined,
  description: undefined,
  externalId: undefined,
  members: undefined,
};

export interface GroupDraft {
  fields: GroupFields;
  readonly members: Map<string, MemberType>;
}

/**
 * Applies a PatchOp message to a draft of a group; the caller saves the draft only if every operation succeeded
 * (RFC 7644, 3.5.2: all or none).
 * @throws {Refusal} 400
 */
export function patchGroup(tenant: Tenant, service: ScimService, draft: GroupDraft, body: Json): GroupDraft {
  for (const operation of readOperations(body, GROUP_ATTRIBUTES)) {
    if (operation.attribute === 'members') patchMembers(tenant, service, draft.members, operation);
    else draft.fields = patchField(draft.fields, operation);
  }
  return draft;
}

function patchField(fields: GroupFields, { op, attribute, value, filter, sub }: PatchOperation): GroupFields {
  if (filter || sub) throw new Refusal(400, `'${attribute}' has no parts.`, 'invalidPath');
  return mergeFields(fields, { [attribute]: op === 'remove' ? null : value }, GROUP_CHECKS);
}

/**
 * Changes the members of a group. `remove` on plain `members` empties the group, even when it carries a value: so the
 * RFC requires, and so a real group was lost (fact sheet 7.3). Adding a present member changes nothing (7.4).
 */
function patchMembers(
  tenant: Tenant,
  service: ScimService,
  members: Map<string, MemberType>,
  { op, filter, sub, value }: PatchOperation,
): void {
  if (sub || (filter && op !== 'remove')) throw new Refusal(400, 'Members are added or removed whole.', 'invalidPath');
  if (filter) {
    const terms = readFilter(filter, { value: ['eq'], type: ['eq'] });
    const named = (attribute: string) => terms.find((term) => term.attribute === attribute)?.value;
    for (const [id, type] of [...members]) {
      const isMeant = service.ids[type].show(id) === named('value') && (named('type') ?? type) === type;
      if (isMeant) members.delete(id);
    }
    return;
  }
  const sent = op === 'remove' ? [] : readMembers(tenant, service, value);
  if (op !== 'add') members.clear();
  for (const [id, type] of sent) members.set(id, type);
}
