import { foldCase } from '../model/fold-case.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/** Returns whether an edge belongs to the account that the run logs in as, which needs its access to work. */
export async function isOwnAccount(reader: TenantReader, { type }: Resource, values: Values): Promise<boolean> {
  const principal = principalOf(type, values);
  if (!principal || !resourceOf(principal.kind).account) return false;
  const { kind, id } = principal;
  await reader.translator.load({ kinds: [kind], id });
  const name = foldCase(reader.translator.nameOf([kind], id));
  return reader.tenant.settings.ownAccounts.some((own) => foldCase(own) === name);
}
