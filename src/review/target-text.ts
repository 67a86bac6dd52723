import { type Plan, visible } from '../provider/index.js';

/** Returns the line that begins a plan: the tenant, the hosts that receive requests, and the accounts of the run. */
export function targetText({ delinea: { tenant, origins, accounts } }: Plan): string {
  const hosts = origins.filter((origin) => origin !== tenant);
  const parts = [
    `Tenant: ${tenant}`,
    ...(hosts.length > 0 ? [`requests go to: ${origins.join(', ')}`] : []),
    `accounts: ${accounts.join(', ') || 'none named (static tokens)'}`,
  ];
  return visible(parts.join('; '));
}
