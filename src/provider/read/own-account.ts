import { kindsMeant } from '../model/attribute.js';
import { foldCase } from '../model/fold-case.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/** The account that the run itself logs in as holds rights by necessity. */
export async function isOwnAccount(reading: TenantReader, resource: Resource, values: Values): Promise<boolean> {
  for (const attribute of resource.attributes) {
    const [kind] = attribute.refersBy === undefined ? [] : kindsMeant(attribute, values);
    if (kind === undefined || !resourceOf(kind).account) continue;
    const id = String(values[attribute.name]);
    await reading.translator.load([kind], id);
    const name = foldCase(reading.translator.nameOf(id));
    if (reading.tenant.settings.ownAccounts.some((own) => foldCase(own) === name)) return true;
  }
  return false;
}
