import { kindsMeant, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { foldCase } from './diff.js';
import type { Planning } from './planning.js';

/** The account that the run itself logs in as holds rights by necessity. */
export async function isOwnAccount(planning: Planning, resource: Resource, values: Values): Promise<boolean> {
  for (const attribute of resource.attributes) {
    const [kind] = attribute.refersBy === undefined ? [] : kindsMeant(attribute, values);
    if (kind === undefined || !resourceOf(kind).account) continue;
    const id = String(values[attribute.name]);
    await planning.identity.learn([kind], id);
    const name = foldCase(planning.identity.nameOf(id));
    if (planning.tenant.settings.ownAccounts.some((own) => foldCase(own) === name)) return true;
  }
  return false;
}
