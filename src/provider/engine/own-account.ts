import { foldCase } from '../fold-case.js';
import { kindsMeant, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Reading } from './planning.js';

/** The account that the run itself logs in as holds rights by necessity. */
export async function isOwnAccount(reading: Reading, resource: Resource, values: Values): Promise<boolean> {
  for (const attribute of resource.attributes) {
    const [kind] = attribute.refersBy === undefined ? [] : kindsMeant(attribute, values);
    if (kind === undefined || !resourceOf(kind).account) continue;
    const id = String(values[attribute.name]);
    await reading.identity.learn([kind], id);
    const name = foldCase(reading.identity.nameOf(id));
    if (reading.tenant.settings.ownAccounts.some((own) => foldCase(own) === name)) return true;
  }
  return false;
}
