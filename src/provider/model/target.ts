/** The tenant of a run, the origins (scheme, host, port) that receive requests, and the accounts that it logs in as. */
export interface Target {
  readonly tenant: string;
  readonly origins: readonly string[];
  readonly accounts: readonly string[];
}

/** Returns a target in one line, for the first line of a plan, for comparison and for messages. */
export function targetText({ tenant, origins, accounts }: Target): string {
  const isTenantOnly = origins.every((origin) => origin === tenant);
  const hosts = isTenantOnly ? '' : `; requests go to: ${origins.join(', ')}`;
  return `${tenant}${hosts}; accounts: ${accounts.join(', ') || 'none named (static tokens)'}`;
}
