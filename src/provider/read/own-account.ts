import { foldCase } from '../model/fold-case.js';
import type { Principal } from '../model/principal.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/** Returns whether an edge belongs to the account that the run logs in as, which needs its access to work. */
export async function isOwnAccount(reader: TenantReader, { type }: Resource, values: Values): Promise<boolean> {
  const principal = principalOf(type, values);
  return principal !== undefined && (await isOwnPrincipal(reader, principal));
}

/** Returns whether a principal is the account that the run logs in as. */
export async function isOwnPrincipal(reader: TenantReader, { kind, id }: Principal): Promise<boolean> {
  if (!resourceOf(kind).account) return false;
  await reader.translator.load({ kinds: [kind], id });
  const name = foldCase(reader.translator.nameOf([kind], id));
  return reader.tenant.settings.ownAccounts.some((own) => foldCase(own) === name);
}
