import { Token } from '../gen/cdk.js';
import type { IPrincipal } from '../principal.js';
import { resolved } from './resolved.js';

/** Returns a key that is equal for the same user or group, declared or looked up. Names compare without case. */
export function principalKey(principal: IPrincipal): string {
  const { principalName } = principal;
  const name =
    typeof principalName !== 'string' || Token.isUnresolved(principalName)
      ? `id ${resolved(principal, principal.principalId)}`
      : `name ${principalName.toLowerCase()}`;
  return `${principal.principalType} ${name}`;
}

/** Returns the text of a principal for messages: `user "jane@example.com"`. */
export function principalLabel(principal: IPrincipal): string {
  const { principalName, principalId } = principal;
  return `${principal.principalType} "${typeof principalName === 'string' ? principalName : resolved(principal, principalId)}"`;
}
