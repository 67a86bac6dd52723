import { ScimError, type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import { parse } from 'scim2-parse-filter';
import type { Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { PatchOperation } from './patch-operations.js';

/**
 * Applies operations to a user document, all or none (RFC 7644, 3.5.2).
 * @throws {Refusal} 400 with the RFC's scimType
 */
export function patchUserDocument(document: Json, operations: readonly PatchOperation[]): Json {
  try {
    const patches = operations.map(patchOf);
    return scimPatch(document as unknown as ScimResource, patches, {
      mutateDocument: false,
      treatMissingAsAdd: false,
    }) as unknown as Json;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const scimType = error instanceof ScimError ? error.scimCode : undefined;
    throw new Refusal(400, error instanceof Error ? error.message : String(error), scimType ?? 'invalidSyntax');
  }
}

/**
 * Converts an operation for the patch library. Replacing by null removes the value (RFC 7643, 2.5); a value of `remove`
 * is ignored.
 */
function patchOf({ op, extension, attribute, filter, sub, value }: PatchOperation): ScimPatchOperation {
  if (filter) requireParsable(filter);
  const prefix = extension ? `${extension}:` : '';
  const path = `${prefix}${attribute}${filter ? `[${filter}]` : ''}${sub ? `.${sub}` : ''}`;
  return op === 'remove' || value === null ? { op: 'remove', path } : { op, path, value };
}

function requireParsable(filter: string): void {
  try {
    parse(filter);
  } catch {
    throw new Refusal(400, `The filter [${filter}] is malformed.`, 'invalidFilter');
  }
}
