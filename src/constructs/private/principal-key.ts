import { Token } from '../gen/cdk.js';
import type { IPrincipal } from '../principal.js';
import { resolved } from './resolved.js';

/** Equal for one user or group, whether declared here or looked up by name; names compare without case. */
export function principalKey(principal: IPrincipal): string {
  const { principalName } = principal;
  const name =
    typeof principalName !== 'string' || Token.isUnresolved(principalName)
      ? `id ${resolved(principal, principal.principalId)}`
      : `name ${principalName.toLowerCase()}`;
  return `${principal.principalType} ${name}`;
}

/** How people know the principal. */
export function principalLabel(principal: IPrincipal): string {
  const { principalName, principalId } = principal;
  return `${principal.principalType} "${typeof principalName === 'string' ? principalName : resolved(principal, principalId)}"`;
}
